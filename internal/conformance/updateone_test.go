package conformance

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// claimants are, for each kind of plan of an update, a row and a call of
// UpdateOne that claims it: whose patch ends the match.
func claimants(e *env) map[string]func() (bool, error) {
	u := e.user("ada")
	o, err := e.db.Organization.Create(e.ctx, auth.OrganizationCreate{Name: "free", Slug: "o"})
	e.must(err)
	_, err = e.db.Member.Create(e.ctx, auth.MemberCreate{UserID: u.ID, OrganizationID: o.ID})
	e.must(err)
	_, err = e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret("t"), UserID: u.ID, ExpiresAt: e.now})
	e.must(err)
	_, err = e.db.Tally.Create(e.ctx, auth.TallyCreate{Label: "free"})
	e.must(err)
	_, err = e.db.Counter.Create(e.ctx, auth.CounterCreate{Label: "free"})
	e.must(err)
	d, err := e.db.Desk.Create(e.ctx, auth.DeskCreate{Name: "free"})
	e.must(err)
	_, err = e.db.Ticket.Create(e.ctx, auth.TicketCreate{DeskID: d.ID, Title: "free", Pin: auth.NewSecret("1")})
	e.must(err)
	return map[string]func() (bool, error){
		"every trigger": func() (bool, error) {
			_, ok, err := e.db.User.UpdateOne(e.ctx, auth.UserCols.Name.Eq("ada"), auth.UserPatch{Name: auth.Set("taken")})
			return ok, err
		},
		"no trigger": func() (bool, error) {
			_, ok, err := e.db.Session.UpdateOne(e.ctx, auth.And(auth.SessionCols.Token.Eq(auth.NewSecret("t")), auth.SessionCols.Agent.IsNull()), auth.SessionPatch{Agent: auth.Set(new("taken"))})
			return ok, err
		},
		"on trigger": func() (bool, error) {
			_, ok, err := e.db.Member.UpdateOne(e.ctx, auth.MemberCols.Role.Eq("member"), auth.MemberPatch{Role: auth.Set("taken")})
			return ok, err
		},
		"on trigger and a cascade": func() (bool, error) {
			_, ok, err := e.db.Organization.UpdateOne(e.ctx, auth.OrganizationCols.Name.Eq("free"), auth.OrganizationPatch{Name: auth.Set("taken")})
			return ok, err
		},
		"before trigger": func() (bool, error) {
			_, ok, err := e.db.Tally.UpdateOne(e.ctx, auth.TallyCols.Label.Eq("free"), auth.TallyPatch{Label: auth.Set("taken")})
			return ok, err
		},
		"ids that the database counts": func() (bool, error) {
			_, ok, err := e.db.Counter.UpdateOne(e.ctx, auth.CounterCols.Label.Eq("free"), auth.CounterPatch{Label: auth.Set("taken")})
			return ok, err
		},
		"triggers and events": func() (bool, error) {
			_, ok, err := e.db.Desk.UpdateOne(e.ctx, auth.DeskCols.Name.Eq("free"), auth.DeskPatch{Name: auth.Set("taken")})
			return ok, err
		},
		"events": func() (bool, error) {
			_, ok, err := e.db.Ticket.UpdateOne(e.ctx, auth.TicketCols.Title.Eq("free"), auth.TicketPatch{Title: auth.Set("taken")})
			return ok, err
		},
	}
}

var updateOneCases = []testCase{
	{"O2 UpdateOne takes one row that matches, the first by id", func(t *testing.T, e *env) {
		e.users(3)
		got, ok, err := e.db.User.UpdateOne(e.ctx, auth.UserCols.Name.In("u00002", "u00001"), auth.UserPatch{Visits: auth.Set(7)})
		e.must(err)
		if !ok || got.ID != "u00001" || got.Visits != 7 {
			t.Errorf("changed: %v %+v", ok, got)
		}
		e.fired("user.beforeUpdate", "user.onUpdate")
		n, err := e.db.User.Count(e.ctx, auth.UserCols.Visits.Eq(7))
		if err != nil || n != 1 {
			t.Errorf("%d rows were changed (%v)", n, err)
		}
		got, ok, err = e.db.User.UpdateOne(e.ctx, auth.UserCols.Name.Eq("nobody"), auth.UserPatch{Visits: auth.Set(8)})
		if err != nil || ok || got.ID != "" {
			t.Errorf("of no row: %+v, %v, %v", got, ok, err)
		}
		_, _, err = e.db.User.UpdateOne(e.ctx, auth.UserCols.Name.Eq("u00000"), auth.UserPatch{Role: auth.Set(auth.UserRole("king"))})
		e.is(err, auth.ErrValidation)
		for what, update := range map[string]func() error{
			"user": func() error {
				_, _, err := e.db.User.UpdateOne(e.ctx, auth.Predicate[auth.User]{}, auth.UserPatch{})
				return err
			},
			"session": func() error {
				_, _, err := e.db.Session.UpdateOne(e.ctx, auth.Predicate[auth.Session]{}, auth.SessionPatch{})
				return err
			},
			"member": func() error {
				_, _, err := e.db.Member.UpdateOne(e.ctx, auth.Predicate[auth.Member]{}, auth.MemberPatch{Role: auth.Set("x")})
				return err
			},
		} {
			if e.is(update(), auth.ErrValidation); t.Failed() {
				t.Fatalf("an empty condition on %s", what)
			}
		}
	}},
	{"O2 UpdateOne is one statement without triggers", func(t *testing.T, e *env) {
		claim := claimants(e)["no trigger"]
		e.seen.take()
		ok, err := claim()
		e.must(err)
		// MySQL chooses the row ahead of the statement that writes it.
		if got, want := verbs(e.seen.take()), by(e, "UPDATE", "UPDATE", "BEGIN SELECT UPDATE SELECT COMMIT"); !ok || got != want {
			t.Errorf("statements: %s, want %s", got, want)
		}
	}},
	{"O2 UpdateOne without anything to set claims nothing", func(t *testing.T, e *env) {
		u := e.user("ada")
		e.tr.Fired()
		for range 2 {
			got, ok, err := e.db.User.UpdateOne(e.ctx, auth.UserCols.Name.Eq("ada"), auth.UserPatch{})
			if err != nil || !ok || !got.UpdatedAt.Equal(u.UpdatedAt) {
				t.Errorf("of an empty patch: %+v, %v, %v", got, ok, err)
			}
			e.fired("user.beforeUpdate")
		}
		e.tr.User.BeforeUpdate = func(_ context.Context, _ *auth.Tx, _ auth.User, patch *auth.UserPatch) error {
			*patch = auth.UserPatch{}
			return nil
		}
		got, ok, err := e.db.User.UpdateOne(e.ctx, auth.UserCols.Name.Eq("ada"), auth.UserPatch{Name: auth.Set("bob")})
		if err != nil || !ok || got.Name != "ada" {
			t.Errorf("of a patch that the trigger emptied: %+v, %v, %v", got, ok, err)
		}
		e.fired("user.beforeUpdate")
	}},
	{"O2 of 64 calls of UpdateOne one claims the row, and fires once", func(t *testing.T, e *env) {
		var fired atomic.Int64
		count := func() error { fired.Add(1); return nil }
		e.tr.User.OnUpdate = func(context.Context, *auth.Tx, auth.UserChange) error { return count() }
		e.tr.Member.OnUpdate = func(context.Context, *auth.Tx, auth.MemberChange) error { return count() }
		e.tr.Org.OnUpdate = func(context.Context, *auth.Tx, auth.OrganizationChange) error { return count() }
		e.tr.Tally.BeforeUpdate = func(context.Context, *auth.Tx, auth.Tally, *auth.TallyPatch) error { return count() }
		e.tr.Desk.OnUpdate = func(context.Context, *auth.Tx, auth.DeskChange) error { return count() }
		for kind, claim := range claimants(e) {
			switch kind {
			case "no trigger", "events", "ids that the database counts":
				fired.Add(1)
			}
			e.one(kind, e.race(nil, func(int) (bool, error) { return claim() }), &fired)
		}
	}},
	{"O4 GetForUpdate holds its row until the transaction ends", func(t *testing.T, e *env) {
		c, err := e.db.Counter.Create(e.ctx, auth.CounterCreate{Label: "c"})
		e.must(err)
		e.raw.Pool.SetMaxOpenConns(16)
		defer e.raw.Pool.SetMaxOpenConns(0)
		for _, option := range []auth.TxOption{0, auth.LazyWrite} {
			var wg sync.WaitGroup
			for range 16 {
				wg.Go(func() {
					err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
						now, err := tx.Counter.GetForUpdate(ctx, c.ID)
						if err != nil {
							return err
						}
						_, err = tx.Counter.Update(ctx, c.ID, auth.CounterPatch{Hits: auth.Set(now.Hits + 1)})
						return err
					}, option)
					if err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		}
		if c, err = e.db.Counter.Get(e.ctx, c.ID); err != nil || c.Hits != 32 {
			t.Errorf("%d hits of 32 (%v)", c.Hits, err)
		}
		e.is(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			_, err := tx.Counter.GetForUpdate(ctx, 99)
			return err
		}), auth.ErrNotFound)
	}},
	{"O4 GetForUpdate where nothing would stay locked is an error", func(t *testing.T, e *env) {
		u := e.user("ada")
		_, err := e.db.User.GetForUpdate(e.ctx, u.ID)
		e.is(err, auth.ErrOutsideTx)
		e.is(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			_, err := tx.User.GetForUpdate(ctx, u.ID)
			return err
		}, auth.ReadOnly), auth.ErrReadOnly)
	}},
	{"W7 Find of nothing is an empty list", func(t *testing.T, e *env) {
		found, err := e.db.User.Find(e.ctx, auth.UserQuery{})
		if err != nil || found == nil || len(found) != 0 {
			t.Errorf("found %#v (%v)", found, err)
		}
	}},
}
