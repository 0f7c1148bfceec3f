package conformance

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// keeper makes a trigger of the database, or a rule, keep rows of a table from being
// written: those whose column has the value "kept", or for an INSERT gets it.
func (e *env) keeper(table, column, event string) {
	e.Helper()
	row, give := "OLD", "RETURN NULL;"
	if event == "INSERT" {
		row = "NEW"
	}
	for _, s := range by(e, []string{
		fmt.Sprintf(`CREATE TRIGGER keep_%s_%s BEFORE %[2]s ON "%[1]s" WHEN %[3]s."%[4]s" = 'kept' BEGIN SELECT RAISE(IGNORE); END`, table, event, row, column),
	}, []string{
		fmt.Sprintf(`CREATE OR REPLACE FUNCTION keep_%s_%s() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF %s."%s" = 'kept' THEN %s END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$`, table, event, row, column, give),
		fmt.Sprintf(`CREATE TRIGGER keep_%s BEFORE %s ON "%s" FOR EACH ROW EXECUTE FUNCTION keep_%[3]s_%[2]s()`, event, event, table),
	}, nil) {
		e.exec(s)
	}
}

// noKeeper skips a case where the database's triggers cannot keep a row from being
// written without an error.
func (e *env) noKeeper(t *testing.T) {
	if e.kind() == dialect.MySQL {
		t.Skip("a trigger can only fail")
	}
}

// keptCases are about rows that a trigger of the database keeps from being written.
var keptCases = []testCase{
	{"C6 a row that a trigger of the database keeps from being stored is an error", func(t *testing.T, e *env) {
		e.noKeeper(t)
		e.keeper("sample", "label", "INSERT")
		e.keeper("desk", "name", "INSERT")
		e.db = e.open()
		_, err := e.db.Sample.Create(e.ctx, auth.SampleCreate{Label: new("kept")})
		e.is(err, auth.ErrDeletedByTrigger)
		_, err = e.db.Desk.Create(e.ctx, auth.DeskCreate{Name: "kept"})
		e.is(err, auth.ErrDeletedByTrigger)
		_, err = e.db.Sample.CreateMany(e.ctx, []auth.SampleCreate{{Label: new("a")}, {Label: new("kept")}})
		e.is(err, auth.ErrDeletedByTrigger)
		var row *auth.RowError
		if !errors.As(err, &row) || row.Index != 1 {
			t.Errorf("error is %v", err)
		}
		err = e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			_, err := tx.Sample.Create(ctx, auth.SampleCreate{Label: new("kept")})
			e.is(err, auth.ErrDeletedByTrigger)
			return nil // which cannot be
		})
		e.is(err, auth.ErrDeletedByTrigger)
		e.count("sample", 0)
		e.count("desk", 0)
		e.recorded()
		e.fired("desk.beforeCreate")
	}},
	{"C6 a row that a trigger of the database keeps from being updated is an error", func(t *testing.T, e *env) {
		e.noKeeper(t)
		e.keeper("sample", "label", "UPDATE")
		e.keeper("desk", "name", "UPDATE")
		e.keeper("ticket", "title", "UPDATE")
		e.keeper("lease", "owner", "UPDATE")
		e.db = e.open()
		s, err := e.db.Sample.Create(e.ctx, auth.SampleCreate{Label: new("kept")})
		e.must(err)
		l, err := e.db.Lease.Create(e.ctx, auth.LeaseCreate{Owner: "kept", StartsAt: e.now})
		e.must(err)
		d := e.desk("kept")
		k := e.ticket(d, "kept")
		e.recorded("desk.opened", "ticket.created")
		e.tr.Fired()
		refused := map[string]func() error{
			"UpdateOne alone": func() error {
				_, _, err := e.db.Sample.UpdateOne(e.ctx, auth.SampleCols.Label.Eq("kept"), auth.SamplePatch{Size: auth.Set(new(1))})
				return err
			},
			"Update alone": func() error {
				_, err := e.db.Sample.Update(e.ctx, s.ID, auth.SamplePatch{Size: auth.Set(new(1))})
				return err
			},
			"IncrementOne alone": func() error {
				_, _, err := e.db.Sample.IncrementOne(e.ctx, auth.SampleCols.ID.Eq(s.ID), auth.SampleDelta{Size: 1}, auth.SamplePatch{})
				return err
			},
			"Update, triggers": func() error { _, err := e.db.Desk.Update(e.ctx, d.ID, auth.DeskPatch{Visits: auth.Set(1)}); return err },
			"UpdateMany, triggers": func() error {
				_, err := e.db.Desk.UpdateMany(e.ctx, auth.All[auth.Desk](), auth.DeskPatch{Visits: auth.Set(1)})
				return err
			},
			"Update, events": func() error {
				_, err := e.db.Ticket.Update(e.ctx, k.ID, auth.TicketPatch{Hits: auth.Set(1)})
				return err
			},
			"IncrementOne, events": func() error {
				_, _, err := e.db.Ticket.IncrementOne(e.ctx, auth.TicketCols.ID.Eq(k.ID), auth.TicketDelta{Hits: 1}, auth.TicketPatch{})
				return err
			},
			"UpdateMany, events": func() error {
				_, err := e.db.Ticket.UpdateMany(e.ctx, auth.All[auth.Ticket](), auth.TicketPatch{Hits: auth.Set(1)})
				return err
			},
			"Update, on trigger": func() error {
				_, err := e.db.Lease.Update(e.ctx, l.ID, auth.LeasePatch{EndsAt: auth.Set(&e.now)})
				return err
			},
			"UpdateMany, on trigger": func() error {
				_, err := e.db.Lease.UpdateMany(e.ctx, auth.All[auth.Lease](), auth.LeasePatch{EndsAt: auth.Set(&e.now)})
				return err
			},
		}
		for name, call := range refused {
			if err := call(); !errors.Is(err, auth.ErrDeletedByTrigger) || !strings.Contains(err.Error(), "a trigger of the database") {
				t.Errorf("%s: error is %v", name, err)
			}
		}
		e.recorded()
		for _, f := range e.tr.Fired() {
			if strings.Contains(f, ".on") {
				t.Errorf("fired %s", f)
			}
		}
		n, err := e.db.Sample.UpdateMany(e.ctx, auth.All[auth.Sample](), auth.SamplePatch{Size: auth.Set(new(1))})
		if n != 0 || err != nil {
			t.Errorf("UpdateMany of one statement counts %d rows (%v)", n, err)
		}
		_, ok, err := e.db.Sample.UpdateOne(e.ctx, auth.SampleCols.Label.Eq("another"), auth.SamplePatch{Size: auth.Set(new(1))})
		if ok || err != nil {
			t.Errorf("UpdateOne of no row: %v (%v)", ok, err)
		}
	}},
	{"C6 a row that a trigger of the database keeps from being deleted is an error", func(t *testing.T, e *env) {
		e.noKeeper(t)
		for table, column := range map[string]string{"sample": "label", "desk": "name", "ticket": "title", "member": "role"} {
			e.keeper(table, column, "DELETE")
		}
		e.db = e.open()
		s, err := e.db.Sample.Create(e.ctx, auth.SampleCreate{Label: new("kept")})
		e.must(err)
		u := e.user("ada")
		m, err := e.db.Member.Create(e.ctx, auth.MemberCreate{UserID: u.ID, OrganizationID: e.organization(nil).ID, Role: auth.Set("kept")})
		e.must(err)
		d := e.desk("kept")
		k := e.ticket(e.desk("free"), "kept")
		e.recorded("desk.opened", "desk.opened", "ticket.created")
		e.tr.Fired()
		refused := map[string]func() error{
			"Delete alone":         func() error { return e.db.Sample.Delete(e.ctx, s.ID) },
			"ConsumeOne alone":     func() error { _, _, err := e.db.Sample.ConsumeOne(e.ctx, auth.SampleCols.Label.Eq("kept")); return err },
			"Delete, triggers":     func() error { return e.db.Desk.Delete(e.ctx, d.ID) },
			"DeleteMany, triggers": func() error { _, err := e.db.Desk.DeleteMany(e.ctx, auth.DeskCols.Name.Eq("kept")); return err },
			"Delete, events":       func() error { return e.db.Ticket.Delete(e.ctx, k.ID) },
			"DeleteMany, events":   func() error { _, err := e.db.Ticket.DeleteMany(e.ctx, auth.All[auth.Ticket]()); return err },
			"ConsumeOne, on":       func() error { _, _, err := e.db.Member.ConsumeOne(e.ctx, auth.MemberCols.ID.Eq(m.ID)); return err },
			"DeleteMany, on":       func() error { _, err := e.db.Member.DeleteMany(e.ctx, auth.All[auth.Member]()); return err },
		}
		for name, call := range refused {
			if err := call(); !errors.Is(err, auth.ErrDeletedByTrigger) || !strings.Contains(err.Error(), "a trigger of the database") {
				t.Errorf("%s: error is %v", name, err)
			}
		}
		e.recorded()
		for _, f := range e.tr.Fired() {
			if strings.Contains(f, ".on") {
				t.Errorf("fired %s", f)
			}
		}
		for table, n := range map[string]int{"sample": 1, "desk": 2, "ticket": 1, "member": 1} {
			e.count(table, n)
		}
	}},
}
