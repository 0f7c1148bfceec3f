package queue_test

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/outbox"
)

var onDeliveries = regexp.MustCompile(`(?s)^(SELECT|UPDATE|DELETE) .*authgen_delivery`)

// A plans observer collects the statements that a relay runs.
type plans struct {
	mu    sync.Mutex
	texts map[string]bool
}

func (p *plans) Observe(ctx context.Context, s authgen.Step) (context.Context, func(error)) {
	if s.Kind == authgen.StepStatement && onDeliveries.MatchString(s.SQL) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.texts[s.SQL] = true
	}
	return ctx, func(error) {}
}

// manyRows fills the queue of endpoint a: a hundred thousand rows, of which every
// other one is delivered and the rest wait for a retry, of a thousand documents.
const manyRows = `INSERT INTO authgen_delivery (endpoint, event_id, sequence, type, doc_table, document_id, operation, body, state, attempts, due_at, occurred_at, finished_at)
SELECT 'a', %[1]s, n + 1000000, 'user.updated', 'user', %[2]s, 'update', '{}', CASE WHEN n %% 2 = 0 THEN 'delivered' ELSE 'pending' END, 1, 1767323045000 + 86400000 + n, 1, CASE WHEN n %% 2 = 0 THEN 1767323045000 END
FROM (SELECT a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d AS n FROM digit a, digit b, digit c, digit d, digit e) AS numbers`

func (e *env) fill(pool *sql.DB) {
	e.Helper()
	id, document := "'e' || n", "'d' || (n % 1000)"
	if e.DB.Kind() == dialect.MySQL {
		id, document = "CONCAT('e', n)", "CONCAT('d', n % 1000)"
	}
	for _, s := range []string{
		"CREATE TABLE digit (d BIGINT)", "INSERT INTO digit VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)",
		fmt.Sprintf(manyRows, id, document), "INSERT INTO authgen_endpoint (name) VALUES ('a')",
	} {
		if _, err := pool.ExecContext(e.Context(), s); err != nil {
			e.Fatalf("%s: %v", s, err)
		}
	}
}

var placeholder = regexp.MustCompile(`\$\d+`)

// explained returns what the database says of how it would run a statement.
func (e *env) explained(pool *sql.DB, text string) (plan string) {
	e.Helper()
	conn, err := pool.Conn(e.Context())
	e.Must(err)
	defer func() { _ = conn.Close() }()
	var args []any
	switch e.DB.Kind() {
	case dialect.SQLite:
		args = make([]any, strings.Count(text, "?"))
		text = "EXPLAIN QUERY PLAN " + text
	case dialect.Postgres:
		for _, s := range []string{"SET plan_cache_mode = force_generic_plan", "PREPARE q AS " + text} {
			if _, err := conn.ExecContext(e.Context(), s); err != nil {
				e.Fatalf("%s: %v", s, err)
			}
		}
		n := len(slices.Compact(slices.Sorted(slices.Values(placeholder.FindAllString(text, -1)))))
		text = "EXPLAIN EXECUTE q(" + strings.TrimSuffix(strings.Repeat("NULL, ", n), ", ") + ")"
	case dialect.MySQL:
		text = strings.ReplaceAll(text, "LIMIT ?", "LIMIT 64")
		text = regexp.MustCompile("`endpoint` = \\?").ReplaceAllString(text, "`endpoint` = 'a'")
		text = regexp.MustCompile("`position` <= \\?").ReplaceAllString(text, "`position` <= 1767323045000")
		text = "EXPLAIN " + strings.ReplaceAll(text, "?", "'[1]'")
	}
	rows, err := conn.QueryContext(e.Context(), text, args...)
	if err != nil {
		e.Fatalf("%s: %v", text, err)
	}
	defer func() {
		_ = rows.Close()
		if e.DB.Kind() == dialect.Postgres {
			_, err := conn.ExecContext(e.Context(), "DEALLOCATE q")
			e.Must(err)
		}
	}()
	columns, err := rows.Columns()
	e.Must(err)
	for rows.Next() {
		fields := make([]sql.NullString, len(columns))
		dest := make([]any, len(columns))
		for i := range fields {
			dest[i] = &fields[i]
		}
		e.Must(rows.Scan(dest...))
		for i, f := range fields {
			plan += columns[i] + "=" + f.String + " "
		}
		plan += "\n"
	}
	e.Must(rows.Err())
	return plan
}

// wholeTable are the words of a plan that goes through all deliveries, or all of a
// queue in order to sort them.
var wholeTable = map[dialect.Kind]*regexp.Regexp{
	dialect.SQLite:   regexp.MustCompile(`SCAN (authgen_delivery|d|e|o)\b|TEMP B-TREE`),
	dialect.Postgres: regexp.MustCompile(`Seq Scan on authgen_delivery|Sort`),
	dialect.MySQL:    regexp.MustCompile(`table=(authgen_delivery|d|e|o) .*type=(ALL|index) |filesort`),
}

// With a hundred thousand deliveries that wait or are finished, every statement of a
// relay finds its rows by an index.
func TestRelayGoesByIndex(t *testing.T) {
	for _, d := range databases {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			seen := &plans{texts: map[string]bool{}}
			database := d.Open(t)
			e := open(t, database, authgen.WithObserver(seen))
			e.fill(database.Pool)
			p := &endpoints{All: []outbox.Limits{{Endpoint: "a", Ordered: true}, {Endpoint: "b"}}}
			sink := &noted{}
			engine := outbox.Direct(e.Outbox, 4, e.Outbox.Runner(nil, p))
			e.Emit(3, "ada", "bob")
			stop := e.Relay(outbox.Config{Router: p, Deliverer: p, Engine: engine, Events: map[string]outbox.Sink{"sink": sink}, Keep: time.Millisecond})
			e.Eventually("all have arrived", func() bool { return len(p.Taken()) == 12 && len(sink.Taken()) == 6 })
			stop()
			e.Must(engine.Close(e.Context()))
			if len(seen.texts) < 10 {
				t.Errorf("it ran %d statements", len(seen.texts))
			}
			for text := range seen.texts {
				plan := e.explained(database.Pool, text)
				if wholeTable[e.DB.Kind()].MatchString(plan) {
					t.Errorf("%s\n%s", text, plan)
				}
			}
		})
	}
}
