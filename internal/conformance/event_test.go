package conformance

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// staged returns the events in the outbox, oldest first.
func (e *env) staged() []auth.Event {
	e.Helper()
	rows, err := e.raw.Pool.QueryContext(e.ctx, e.sql(`SELECT "sequence", "id", "type", "doc_table", "document_id", "operation", "occurred_at", "body" FROM "authgen_event" ORDER BY "sequence"`))
	e.must(err)
	defer func() { _ = rows.Close() }()
	var events []auth.Event
	for rows.Next() {
		var v auth.Event
		var at int64
		var body []byte
		e.must(rows.Scan(&v.Sequence, &v.ID, &v.Type, &v.Table, &v.DocumentID, &v.Operation, &at, &body))
		e.must(json.Unmarshal(body, &v))
		v.Timestamp = time.UnixMilli(at).UTC()
		events = append(events, v)
	}
	e.must(rows.Err())
	return events
}

// recorded fails the test unless exactly events of these types are in the
// outbox, and empties it.
func (e *env) recorded(want ...string) []auth.Event {
	e.Helper()
	events := e.staged()
	var got []string
	for _, v := range events {
		got = append(got, v.Type)
	}
	if !slices.Equal(got, want) {
		e.Errorf("events recorded: %v, want %v", got, want)
	}
	e.exec(`DELETE FROM "authgen_event"`)
	return events
}

func (e *env) desk(name string) auth.Desk {
	e.Helper()
	d, err := e.db.Desk.Create(e.ctx, auth.DeskCreate{Name: name, Key: new(auth.NewSecret("desk-secret"))})
	e.must(err)
	return d
}

func (e *env) ticket(desk auth.Desk, title string) auth.Ticket {
	e.Helper()
	t, err := e.db.Ticket.Create(e.ctx, auth.TicketCreate{DeskID: desk.ID, Title: title, Pin: auth.NewSecret("ticket-secret")})
	e.must(err)
	return t
}

var eventCases = []testCase{
	{"U1 each write records its events, in the transaction", func(t *testing.T, e *env) {
		d := e.desk("one")
		e.recorded("desk.opened")
		e.seen.take()
		k := e.ticket(d, "first")
		if got, want := verbs(e.seen.take()), "BEGIN INSERT INSERT COMMIT"; got != want {
			t.Errorf("a create ran %s, want %s", got, want)
		}
		v := e.recorded("ticket.created")[0]
		want := auth.Event{ID: v.ID, Type: "ticket.created", Timestamp: dialect.Millis(e.now), Table: "ticket", DocumentID: string(k.ID), Sequence: v.Sequence, Operation: "create", Data: v.Data}
		if fmt.Sprint(v) != fmt.Sprint(want) || len(v.ID) != 36 || v.ID[14] != '7' {
			t.Errorf("recorded %+v, want %+v", v, want)
		}
		payload, err := auth.DecodeEvent(v)
		e.must(err)
		if got := payload.(auth.TicketCreatedEvent); got.ID != k.ID || got.DeskID != d.ID || got.Title != "first" || !got.UpdatedAt.Equal(k.UpdatedAt) {
			t.Errorf("payload is %+v", got)
		}
		_, err = e.db.Ticket.Update(e.ctx, k.ID, auth.TicketPatch{Title: auth.Set("second"), Pin: auth.Set(auth.NewSecret("other")), Hits: auth.Set(0)})
		e.must(err)
		events := e.recorded("ticket.updated", "ticket.retitled", "ticket.pin_changed")
		for _, v := range events {
			if !slices.Equal(v.Changed, []string{"title", "pin"}) || v.Operation != "update" || v.DocumentID != string(k.ID) {
				t.Errorf("%s says that %v changed, by %s of %s", v.Type, v.Changed, v.Operation, v.DocumentID)
			}
		}
		if got := string(events[1].Data); got != `{"id":"`+string(k.ID)+`","title":"second"}` {
			t.Errorf("the data of a chosen payload is %s", got)
		}
		e.must(e.db.Ticket.Delete(e.ctx, k.ID))
		e.recorded("ticket.deleted")
	}},
	{"U1 an update that changes nothing, or fails, records nothing", func(t *testing.T, e *env) {
		k := e.ticket(e.desk("one"), "first")
		e.recorded("desk.opened", "ticket.created")
		_, err := e.db.Ticket.Update(e.ctx, k.ID, auth.TicketPatch{Title: auth.Set("first")})
		e.must(err)
		_, err = e.db.Ticket.Update(e.ctx, k.ID, auth.TicketPatch{})
		e.must(err)
		_, err = e.db.Ticket.Update(e.ctx, k.ID, auth.TicketPatch{DeskID: auth.Set(auth.DeskID("nowhere"))})
		e.is(err, auth.ErrForeignKey)
		_, err = e.db.Ticket.Update(e.ctx, "nowhere", auth.TicketPatch{Title: auth.Set("x")})
		e.is(err, auth.ErrNotFound)
		e.is(e.db.Ticket.Delete(e.ctx, "nowhere"), auth.ErrNotFound)
		e.tr.Desk.OnCreate = func(context.Context, *auth.Tx, auth.Desk) error { return errBoom }
		_, err = e.db.Desk.Create(e.ctx, auth.DeskCreate{Name: "two"})
		e.is(err, errBoom)
		e.recorded()
	}},
	{"U1 events stand in the order of the writes, those of triggers behind their own", func(t *testing.T, e *env) {
		e.tr.Desk.OnCreate = func(ctx context.Context, tx *auth.Tx, d auth.Desk) error {
			_, err := tx.Ticket.Create(ctx, auth.TicketCreate{DeskID: d.ID, Title: "welcome", Pin: auth.NewSecret("p")})
			if err != nil {
				return err
			}
			_, err = tx.Desk.Update(ctx, d.ID, auth.DeskPatch{Name: auth.Set("renamed")})
			return err
		}
		e.desk("one")
		events := e.recorded("desk.opened", "ticket.created", "desk.changed")
		if !strings.Contains(string(events[0].Data), `"one"`) || !strings.Contains(string(events[2].Data), `"renamed"`) {
			t.Errorf("the desk was opened with %s and changed to %s", events[0].Data, events[2].Data)
		}
	}},
	{"M2 many rows record an event each, before the triggers of any", func(t *testing.T, e *env) {
		for i := range 3 {
			e.desk(fmt.Sprint("desk ", i))
		}
		e.recorded("desk.opened", "desk.opened", "desk.opened")
		e.tr.Desk.OnUpdate = func(ctx context.Context, tx *auth.Tx, c auth.DeskChange) error {
			if c.Changed.Visits {
				return nil // ours
			}
			_, err := tx.Desk.UpdateMany(ctx, auth.All[auth.Desk](), auth.DeskPatch{Visits: auth.Set(c.New.Visits + 1)})
			return err
		}
		n, err := e.db.Desk.UpdateMany(e.ctx, auth.All[auth.Desk](), auth.DeskPatch{Name: auth.Set("same")})
		e.must(err)
		events := e.staged()
		if n != 3 || len(events) != 3+9 {
			t.Fatalf("%d rows, %d events", n, len(events))
		}
		for i, v := range events {
			if (i < 3) != slices.Contains(v.Changed, "name") {
				t.Errorf("event %d says that %v changed", i, v.Changed)
			}
		}
	}},
	{"D3 a cascade records the events of the rows that go, quiet or not", func(t *testing.T, e *env) {
		for _, quiet := range []bool{false, true} {
			d, spare := e.desk("one"), e.desk("two")
			k := e.ticket(d, "goes")
			stays, err := e.db.Ticket.Create(e.ctx, auth.TicketCreate{DeskID: spare.ID, SpareID: &d.ID, Title: "stays", Pin: auth.NewSecret("p")})
			e.must(err)
			_, err = e.db.Remark.Create(e.ctx, auth.RemarkCreate{TicketID: k.ID, Text: "goes too"})
			e.must(err)
			e.recorded("desk.opened", "desk.opened", "ticket.created", "ticket.created")
			e.tr.Fired()
			e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				if quiet {
					tx = tx.WithoutTriggers()
				}
				return tx.Desk.Delete(ctx, d.ID)
			}))
			if fired := e.tr.Fired(); quiet != (len(fired) == 0) {
				t.Errorf("quiet %v, and fired %v", quiet, fired)
			}
			events := e.recorded("ticket.deleted", "ticket.updated", "desk.closed")
			if events[0].DocumentID != string(k.ID) || events[1].DocumentID != string(stays.ID) || !slices.Equal(events[1].Changed, []string{"spareId"}) {
				t.Errorf("recorded %+v", events)
			}
			e.count("remark", 0)
			e.must(e.db.Ticket.Delete(e.ctx, stays.ID))
			e.exec(`DELETE FROM "authgen_event"`)
		}
	}},
	{"U3 a savepoint that is undone takes its events and jobs with it", func(t *testing.T, e *env) {
		d := e.desk("one")
		e.recorded("desk.opened")
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			create := func(ctx context.Context, tx *auth.Tx, title string) {
				_, err := tx.Ticket.Create(ctx, auth.TicketCreate{DeskID: d.ID, Title: title, Pin: auth.NewSecret("p")})
				e.must(err)
				e.must(tx.Schedule(ctx, greet{Name: title}))
			}
			create(ctx, tx, "before")
			e.is(tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
				create(ctx, tx, "inside")
				e.must(tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
					create(ctx, tx, "innermost")
					return nil
				}))
				create(ctx, tx, "inside again")
				return errBoom
			}), errBoom)
			create(ctx, tx, "after")
			return nil
		}))
		events := e.recorded("ticket.created", "ticket.created")
		if !strings.Contains(string(events[0].Data), "before") || !strings.Contains(string(events[1].Data), "after") {
			t.Errorf("recorded %s and %s", events[0].Data, events[1].Data)
		}
		e.jobs(`{"name":"after"}`, `{"name":"before"}`)
	}},
	{"U2 events of a joined transaction go where the transaction goes", func(t *testing.T, e *env) {
		for _, commit := range []bool{true, false} {
			told := 0
			stop := e.db.Outbox().OnStaged(func() { told++ })
			outer, err := e.raw.Pool.BeginTx(e.ctx, nil)
			e.must(err)
			done, err := e.db.Join(e.ctx, outer, func(ctx context.Context, tx *auth.Tx) error {
				_, err := tx.Desk.Create(ctx, auth.DeskCreate{Name: "joined"})
				return err
			})
			e.must(err)
			if commit {
				e.must(outer.Commit())
			} else {
				e.must(outer.Rollback())
			}
			done(commit)
			stop()
			if commit {
				e.recorded("desk.opened")
			} else {
				e.recorded()
			}
			if (told == 1) != commit {
				t.Errorf("committed %v, and told %d times", commit, told)
			}
		}
	}},
	{"U5 a unit that is retried records once", func(t *testing.T, e *env) {
		tries := 0
		db := conflicting(e)
		e.must(db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			tries++
			_, err := tx.Desk.Create(ctx, auth.DeskCreate{Name: "again"})
			e.must(err)
			e.must(tx.Schedule(ctx, greet{Name: "again"}))
			if tries == 1 {
				return collide(ctx, tx)
			}
			return nil
		}))
		if tries < 2 {
			t.Fatal("it was not retried")
		}
		e.recorded("desk.opened")
		e.jobs(`{"name":"again"}`)
	}},
	{"M6 a unit holds few events, however many it records", func(t *testing.T, e *env) {
		d := e.desk("one")
		const n = 1250
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			for i := range n {
				_, err := tx.Ticket.Create(ctx, auth.TicketCreate{DeskID: d.ID, Title: fmt.Sprint(i), Pin: auth.NewSecret("p")})
				if err != nil {
					return err
				}
			}
			return nil
		}))
		e.exec(`DELETE FROM "authgen_event"`)
		e.seen.take()
		updated, err := e.db.Ticket.UpdateMany(e.ctx, auth.All[auth.Ticket](), auth.TicketPatch{Hits: auth.Set(1)})
		e.must(err)
		inserts := 0
		for _, s := range e.seen.take() {
			if strings.Contains(s.SQL, "authgen_event") {
				inserts++
			}
		}
		events := e.staged()
		if updated != n || len(events) != n || inserts != 3 {
			t.Errorf("%d rows and %d events in %d statements", updated, len(events), inserts)
		}
		for i, v := range events[1:] {
			if v.Sequence <= events[i].Sequence {
				t.Fatalf("event %d is counted %d, the one before it %d", i+1, v.Sequence, events[i].Sequence)
			}
		}
		deleted, err := e.db.Ticket.DeleteMany(e.ctx, auth.All[auth.Ticket]())
		e.must(err)
		if deleted != n || len(e.staged()) != 2*n {
			t.Errorf("%d rows deleted, %d events", deleted, len(e.staged()))
		}
	}},
	{"T6 an event carries what is known of the request", func(t *testing.T, e *env) {
		ctx := auth.WithRequest(e.ctx, auth.Request{Path: auth.Set("/admin/create-desk"), ActorID: auth.Set("ada"), IP: auth.Set("10.0.0.1")})
		_, err := e.db.Desk.Create(ctx, auth.DeskCreate{Name: "one"})
		e.must(err)
		_, err = e.db.Desk.Create(auth.WithRequest(e.ctx, auth.Request{IP: auth.Set("10.0.0.1")}), auth.DeskCreate{Name: "two"})
		e.must(err)
		events := e.recorded("desk.opened", "desk.opened")
		if r := events[0].Request; r == nil || *r != (authgen.EventRequest{Path: "/admin/create-desk", ActorID: "ada"}) {
			t.Errorf("the request is %+v", r)
		}
		if events[1].Request != nil {
			t.Errorf("an unknown request is %+v", events[1].Request)
		}
	}},
	{"an event is JSON that sorts, loses no digit and is no longer than what it tells", func(t *testing.T, e *env) {
		e.now = time.Date(2026, 1, 2, 3, 4, 5, 800e6, time.UTC)
		d := e.desk("<one> & two")
		_, err := e.db.Ticket.Create(e.ctx, auth.TicketCreate{DeskID: d.ID, Title: "<b>", Pin: auth.NewSecret("p"), Weight: new(int64(1<<53 + 1)), Notes: new(json.RawMessage(`"<"`))})
		e.must(err)
		events := e.recorded("desk.opened", "ticket.created")
		if data := string(events[0].Data); !strings.Contains(data, `"<one> & two"`) {
			t.Errorf("the data is %s", data)
		}
		data := string(events[1].Data)
		for _, want := range []string{`"title":"<b>"`, `"weight":"9007199254740993"`, `"updatedAt":"2026-01-02T03:04:05.800Z"`, `"notes":"<"`} {
			if !strings.Contains(data, want) {
				t.Errorf("%s is not in %s", want, data)
			}
		}
		decoded, err := auth.DecodeEvent(events[1])
		e.must(err)
		if got := decoded.(auth.TicketCreatedEvent); *got.Weight != 1<<53+1 || !got.UpdatedAt.Equal(e.now) {
			t.Errorf("decoded as %+v", got)
		}
	}},
	{"a delete tells what names the row, however large it was", func(t *testing.T, e *env) {
		d := e.desk("one")
		k, err := e.db.Ticket.Create(e.ctx, auth.TicketCreate{DeskID: d.ID, Title: "t", Pin: auth.NewSecret("p"), Notes: largeNotes(100_000)})
		e.must(err)
		e.recorded("desk.opened", "ticket.created")
		e.must(e.db.Ticket.Delete(e.ctx, k.ID))
		if data, want := string(e.recorded("ticket.deleted")[0].Data), `{"id":"`+string(k.ID)+`","deskId":"`+string(d.ID)+`","spareId":null}`; data != want {
			t.Errorf("the data is %s, want %s", data, want)
		}
	}},
	{"events of many large rows are written in several statements", func(t *testing.T, e *env) {
		d := e.desk("one")
		const rows, size = 30, 1 << 20 // more than a server takes in one packet
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			for range rows {
				if _, err := tx.Ticket.Create(ctx, auth.TicketCreate{DeskID: d.ID, Title: "t", Pin: auth.NewSecret("p"), Notes: largeNotes(size)}); err != nil {
					return err
				}
			}
			return nil
		}))
		e.count("authgen_event", 1+rows)
	}},
	{"a job that is due at no time that there is is refused", func(t *testing.T, e *env) {
		for name, at := range map[string]auth.JobOption{
			"far": auth.At(time.Unix(1<<62, 0)), "none": auth.At(time.Time{}), "year 10000": auth.At(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)),
		} {
			err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error { return tx.Schedule(ctx, greet{}, at) })
			e.is(err, auth.ErrValidation)
			if err == nil || !strings.Contains(err.Error(), "schedule greet") {
				t.Errorf("%s: %v", name, err)
			}
		}
		e.jobs()
	}},
	{"no secret reaches the outbox", func(t *testing.T, e *env) {
		d := e.desk("one")
		k := e.ticket(d, "first")
		_, err := e.db.Ticket.Update(e.ctx, k.ID, auth.TicketPatch{Pin: auth.Set(auth.NewSecret("new-secret")), Title: auth.Set("x")})
		e.must(err)
		_, err = e.db.Desk.Update(e.ctx, d.ID, auth.DeskPatch{Key: auth.Set(new(auth.NewSecret("new-secret")))})
		e.must(err)
		e.must(e.db.Desk.Delete(e.ctx, d.ID))
		if text := e.dump("authgen_event"); text == "" || strings.Contains(text, "secret") {
			t.Errorf("the outbox is empty or holds a secret: %s", text)
		}
	}},
	{"a database without the tables of the outbox is named as the cause", func(t *testing.T, e *env) {
		e.altered = true
		e.exec(`DROP TABLE "authgen_event"`)
		_, err := e.db.Desk.Create(e.ctx, auth.DeskCreate{Name: "one"})
		if err == nil || !strings.Contains(err.Error(), "outbox: cannot write to authgen_event and authgen_job, which are part of the generated schema") {
			t.Errorf("the error is %v", err)
		}
		e.count("desk", 0)
	}},
	{"an event of another schema is ErrUnknownEvent, one that does not fit names its type", func(t *testing.T, e *env) {
		_, err := auth.DecodeEvent(auth.Event{Type: "desk.painted"})
		e.is(err, auth.ErrUnknownEvent)
		_, err = auth.DecodeEvent(auth.Event{Type: "desk.opened", Data: json.RawMessage(`{"id":1}`)})
		if err == nil || !strings.Contains(err.Error(), "event desk.opened") {
			t.Errorf("the error is %v", err)
		}
	}},
}

// largeNotes is JSON of so many bytes, and more where "<" is escaped.
func largeNotes(size int) *json.RawMessage {
	return new(json.RawMessage(`"` + strings.Repeat("<", size) + `"`))
}

// dump returns every value of a table as text.
func (e *env) dump(table string) string {
	e.Helper()
	rows, err := e.raw.Pool.QueryContext(e.ctx, e.sql(`SELECT * FROM "`+table+`"`))
	e.must(err)
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	e.must(err)
	var text strings.Builder
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(sql.RawBytes)
		}
		e.must(rows.Scan(values...))
		for _, v := range values {
			text.Write(*v.(*sql.RawBytes))
			text.WriteByte('\n')
		}
	}
	e.must(rows.Err())
	return text.String()
}

// A greet is a job.
type greet struct {
	Name string `json:"name"`
}

func (greet) JobType() string { return "greet" }

// jobs fails the test unless jobs with exactly these arguments wait, and empties
// the outbox of them.
func (e *env) jobs(want ...string) {
	e.Helper()
	rows, err := e.raw.Pool.QueryContext(e.ctx, e.sql(`SELECT "args" FROM "authgen_job" ORDER BY "args"`))
	e.must(err)
	defer func() { _ = rows.Close() }()
	var got []string
	for rows.Next() {
		var args string
		e.must(rows.Scan(&args))
		got = append(got, args)
	}
	e.must(errors.Join(rows.Err(), rows.Close()))
	if !slices.Equal(got, want) {
		e.Errorf("jobs wait with %v, want %v", got, want)
	}
	e.exec(`DELETE FROM "authgen_job"`)
}
