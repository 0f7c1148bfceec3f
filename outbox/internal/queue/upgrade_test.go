package queue_test

import (
	"context"
	"embed"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/outboxtest"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
	"github.com/authgen/authgen/runtime"
)

// previous has the tables of the last version.
//
//go:embed testdata/previous
var previous embed.FS

// previousRows are rows of the last version in every state. Its due_at is the
// sequence for an event sink, the time of the end for what is finished, and 2^52
// plus a time for what is blocked. NOW is the time of the test in Unix milliseconds.
const previousRows = `
INSERT INTO "authgen_event" ("id", "type", "doc_table", "document", "operation", "occurred_at", "body") SELECT "name", 't', 't', 'd', 'update', 0, '{}' FROM (SELECT 'x' AS "name" UNION ALL SELECT 'x' UNION ALL SELECT 'x' UNION ALL SELECT 'x' UNION ALL SELECT 'x' UNION ALL SELECT 'x' UNION ALL SELECT 'x' UNION ALL SELECT 'x' UNION ALL SELECT 'x' UNION ALL SELECT 'x') AS "ten";
DELETE FROM "authgen_event";
INSERT INTO "authgen_event" ("id", "type", "doc_table", "document", "operation", "occurred_at", "body") VALUES ('e-new', 'user.updated', 'user', 'new', 'update', NOW, '{"data":{}}');
INSERT INTO "authgen_job" ("id", "kind", "args", "due_at", "created_at") VALUES ('j-due', 'count', '{"n":1}', NOW, NOW);
INSERT INTO "authgen_job" ("id", "kind", "unique_key", "args", "due_at", "created_at") VALUES ('j-later', 'count', 'key', '{"n":2}', NOW + 3600000, NOW);
INSERT INTO "authgen_job" ("id", "kind", "args", "due_at", "created_at", "leased_until") VALUES ('j-leased', 'count', '{"n":3}', NOW, NOW, NOW + 60000);
INSERT INTO "authgen_endpoint" ("name", "next_slot_at") VALUES ('', 0), ('hook', NOW - 5), ('sink', NOW + 60000);
INSERT INTO "authgen_delivery" ("endpoint", "event_id", "sequence", "type", "doc_table", "document", "operation", "body", "state", "attempts", "due_at", "leased_until", "created_at", "finished_at", "status", "error") VALUES
  ('hook', 'e-due', 1, 'user.updated', 'user', 'ada', 'update', '{"data":{}}', 'pending', 2, NOW, 0, NOW - 9000, NULL, 500, 'answered 500'),
  ('hook', 'e-blocked', 2, 'user.updated', 'user', 'ada', 'update', '{"data":{}}', 'pending', 0, 4503599627370496 + NOW + 600000, 0, NOW - 8000, NULL, NULL, NULL),
  ('hook', 'e-later', 3, 'user.updated', 'user', 'bob', 'update', '{"data":{}}', 'pending', 3, NOW + 60000, 0, NOW - 7000, NULL, 500, 'answered 500'),
  ('hook', 'e-leased', 4, 'user.updated', 'user', 'cyd', 'update', '{"data":{}}', 'leased', 1, NOW - 100, NOW + 30000, NOW - 6000, NULL, NULL, NULL),
  ('hook', 'e-delivered', 5, 'user.updated', 'user', 'dot', 'update', '{"data":{}}', 'delivered', 1, NOW - 500, 0, NOW - 5000, NOW - 500, 204, NULL),
  ('hook', 'e-kept', 6, 'user.updated', 'user', 'eve', 'update', '{"data":{}}', 'delivered', 1, NOW - 400, 0, NOW - 4000, NOW - 864000000, 204, NULL),
  ('hook', 'e-parked', 7, 'user.updated', 'user', 'flo', 'update', '{"data":{}}', 'parked', 15, NOW - 300, 0, NOW - 3000, NOW - 300, 500, 'answered 500'),
  ('hook', 'e-discarded', 8, 'user.updated', 'user', 'gil', 'update', '{"data":{}}', 'discarded', 0, NOW - 200, 0, NOW - 2000, NOW - 200, NULL, NULL),
  ('sink', 'e-first', 9, 'user.updated', 'user', 'hal', 'update', '{"data":{}}', 'pending', 0, 9, 0, NOW - 1000, NULL, NULL, NULL),
  ('sink', 'e-second', 10, 'user.updated', 'user', 'hal', 'update', '{"data":{}}', 'pending', 0, 10, 0, NOW - 900, NULL, NULL, NULL);
`

// upgradeStatements returns what docs/upgrading.md has for a database.
func upgradeStatements(e *outboxtest.Env, kind dialect.Kind) []string {
	page, err := os.ReadFile("../../../docs/upgrading.md")
	e.Must(err)
	heading := map[dialect.Kind]string{dialect.SQLite: "SQLite", dialect.Postgres: "Postgres", dialect.MySQL: "MySQL and MariaDB"}[kind]
	block := regexp.MustCompile("(?s)\n### " + heading + "\n.*?```sql\n(.*?)```").FindStringSubmatch(string(page))
	if block == nil {
		e.Fatalf("docs/upgrading.md has no statements for %s", heading)
	}
	return runtime.Statements(block[1])
}

// onOneConnection runs statements as a client for operators does.
func onOneConnection(e *outboxtest.Env, database dialect.Database, statements []string) {
	e.Helper()
	conn, err := database.Pool.Conn(e.Context())
	e.Must(err)
	defer func() { _ = conn.Close() }()
	for _, s := range statements {
		if _, err := conn.ExecContext(e.Context(), s); err != nil {
			e.Fatalf("%s: %v", s, err)
		}
	}
}

// The documented statements carry the tables of the last version over, with rows in
// every state, and the outbox goes on from there.
func TestUpgrade(t *testing.T) {
	for _, d := range databases {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			database := d.Open(t)
			e := &env{outboxtest.OpenWith(t, database, func(e *outboxtest.Env) {
				kind := database.Dialect.Kind()
				tables, err := previous.ReadFile("testdata/previous/" + kind.String() + ".sql")
				e.Must(err)
				rows := strings.ReplaceAll(previousRows, "NOW", "1767323045000")
				if kind != dialect.Postgres {
					rows = strings.ReplaceAll(rows, `"`, "`")
					rows = strings.ReplaceAll(rows, "{`data`:{}}", `{"data":{}}`)
					rows = strings.ReplaceAll(rows, "{`n`:", `{"n":`)
				}
				onOneConnection(e, database, runtime.Statements(string(tables)))
				onOneConnection(e, database, runtime.Statements(rows))
				onOneConnection(e, database, upgradeStatements(e, kind))
			})}
			e.upgraded()
		})
	}
}

// upgraded checks the rows of previousRows, and lets a relay go on with them.
func (e *env) upgraded() {
	now := e.Clock()
	var got []string
	for _, r := range e.List(admin.Filter{}) {
		line := strings.TrimPrefix(r.ID, r.Endpoint+"/e-") + " " + string(r.State)
		if !r.Due.IsZero() {
			line += " due " + r.Due.Sub(now).String()
		}
		if !r.Finished.IsZero() {
			line += " finished " + r.Finished.Sub(now).String()
		}
		got = append(got, line)
	}
	want := []string{
		"blocked pending", "delivered delivered finished -500ms", "discarded cancelled finished -200ms",
		"due pending due 0s", "kept delivered finished -240h0m0s", "later pending due 1m0s", "leased leased",
		"parked exhausted finished -300ms", "first pending", "second pending",
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		e.Fatalf("they are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}

	hook := &endpoints{All: []outbox.Limits{{Endpoint: "hook", Ordered: true}}}
	sink := &noted{}
	e.Pass(2 * time.Minute) // the lease of the attempt that was under way has ended, and the retry is due
	handlers := outbox.NewHandlers()
	outbox.Handle(handlers, func(context.Context, job) error { return nil })
	direct := outbox.Direct(e.Outbox, 2, e.Outbox.Runner(handlers, hook))
	stop := e.Relay(outbox.Config{Router: hook, Deliverer: hook, Engine: direct, Events: map[string]outbox.Sink{"sink": sink}})
	e.Eventually("everything that was due has arrived", func() bool {
		q, s := e.Queue("hook"), e.Status()
		return q.Pending+q.Leased == 0 && len(sink.Taken()) == 3 && s.Events.Waiting == 0 && s.Jobs.Due+s.Jobs.Leased == 0
	})
	stop()
	e.Must(direct.Close(e.Context()))
	if ids := idsOf(sink.Taken()); !slices.Equal(ids, []string{"e-first", "e-second", "e-new"}) {
		e.Errorf("the sink took %v", ids)
	}
	var ada []string
	for _, d := range hook.Taken() {
		if d.DocumentID == "ada" {
			ada = append(ada, d.EventID)
		}
	}
	if !slices.Equal(ada, []string{"e-due", "e-blocked"}) {
		e.Errorf("of one document it delivered %v", ada)
	}
	if n, err := e.Admin.Replay(e.Context(), admin.Filter{}); n != 1 || err != nil {
		e.Errorf("replayed %d, %v", n, err)
	}
	if jobs := e.List(admin.Filter{Kind: outbox.KindJob}); len(jobs) != 1 || jobs[0].Key != "key" || jobs[0].Type != "count" {
		e.Errorf("jobs: %+v", jobs)
	}
}

func idsOf(entries []outbox.Entry) (ids []string) {
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	return ids
}
