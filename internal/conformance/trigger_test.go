package conformance

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/internal/conformance/triggers"
)

var triggerCases = []testCase{
	{"T1 a captured db inside its own transaction is ErrInsideTx", func(t *testing.T, e *env) {
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			_, err := e.db.User.Get(ctx, u.ID)
			e.is(err, auth.ErrInsideTx)
			_, err = e.db.Note.Create(ctx, auth.NoteCreate{ID: "n", Text: "n"})
			e.is(err, auth.ErrInsideTx)
			e.is(e.db.Tx(ctx, func(context.Context, *auth.Tx) error { return nil }), auth.ErrInsideTx)
			for _, err := range e.db.User.Each(ctx, auth.UserQuery{}) {
				e.is(err, auth.ErrInsideTx)
			}
			return nil
		}
		e.user("ada")
		e.count("note", 0)
	}},
	{"T1 the context of a unit that has ended is any context", func(t *testing.T, e *env) {
		var kept context.Context
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error { kept = ctx; return write(ctx, tx, "n") }))
		_, err := e.db.Note.Get(kept, "n")
		e.must(err)
	}},
	{"T1 another database may be used inside", func(t *testing.T, e *env) {
		other := newEnv(t, openSQLite(t))
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			_, err := other.db.User.Create(ctx, auth.UserCreate{Name: u.Name, Email: u.Email})
			return err
		}
		other.tr.User.OnCreate = nil
		e.user("ada")
		other.count("user", 1)
		e.must(other.raw.Pool.Close())
	}},
	{"T2 a write inside a trigger fires that table's triggers, in the same transaction", func(t *testing.T, e *env) {
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			_, err := tx.Profile.Create(ctx, auth.ProfileCreate{UserID: u.ID})
			return err
		}
		e.user("ada")
		e.fired("user.beforeCreate", "user.onCreate", "profile.beforeCreate", "profile.onCreate")
		e.tr.Profile.OnCreate = func(context.Context, *auth.Tx, auth.Profile) error { return errBoom }
		_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "bob", Email: "b"})
		e.is(err, errBoom)
		e.count("user", 1)
		e.count("profile", 1)
	}},
	{"T2 Quiet fires none", func(t *testing.T, e *env) {
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			q := tx.WithoutTriggers()
			u, err := q.User.Create(ctx, auth.UserCreate{Name: "ada", Email: "a"})
			e.must(err)
			_, err = q.User.Update(ctx, u.ID, auth.UserPatch{Name: auth.Set("bob")})
			e.must(err)
			_, err = q.User.UpdateMany(ctx, auth.All[auth.User](), auth.UserPatch{Visits: auth.Set(1)})
			e.must(err)
			_, _, err = q.User.IncrementOne(ctx, auth.All[auth.User](), auth.UserDelta{Visits: 1}, auth.UserPatch{})
			e.must(err)
			u, err = q.User.Get(ctx, u.ID)
			e.must(err)
			if u.Name != "bob" || u.Visits != 2 {
				t.Errorf("stored: %+v", u)
			}
			// A savepoint of a quiet transaction is quiet.
			return q.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
				_, _, err := tx.User.ConsumeOne(ctx, auth.All[auth.User]())
				return err
			})
		}))
		e.count("user", 0)
		e.fired()
	}},
	{"T3 depth is limited, and the error prints the path", func(t *testing.T, e *env) {
		u := e.user("ada")
		o, err := e.db.Organization.Create(e.ctx, auth.OrganizationCreate{Name: "o", Slug: "o"})
		e.must(err)
		m, err := e.db.Member.Create(e.ctx, auth.MemberCreate{UserID: u.ID, OrganizationID: o.ID})
		e.must(err)
		e.tr.Org.OnUpdate = func(ctx context.Context, tx *auth.Tx, c auth.OrganizationChange) error {
			_, err := tx.Member.Update(ctx, m.ID, auth.MemberPatch{Role: auth.Set("x")})
			return err
		}
		e.tr.Member.OnUpdate = func(ctx context.Context, tx *auth.Tx, c auth.MemberChange) error {
			_, err := tx.Organization.Update(ctx, o.ID, auth.OrganizationPatch{Name: auth.Set("x")})
			return err
		}
		_, err = e.db.Organization.Update(e.ctx, o.ID, auth.OrganizationPatch{Name: auth.Set("y")})
		e.is(err, auth.ErrDepth)
		var deep *auth.DepthError
		if !errors.As(err, &deep) || len(deep.Path) != 17 || !strings.Contains(err.Error(), "organization.onUpdate → member.onUpdate → organization.onUpdate") {
			t.Errorf("error: %v", err)
		}
		o, err = e.db.Organization.Get(e.ctx, o.ID)
		if err != nil || o.Name != "o" {
			t.Errorf("the organization is %+v (%v)", o, err)
		}
	}},
	{"T5 Chain runs all in order, each seeing what the one before left", func(t *testing.T, e *env) {
		a, b := &triggers.Triggers{}, &triggers.Triggers{}
		a.User.BeforeCreate = func(_ context.Context, _ *auth.Tx, u *auth.User) error { u.Name += "-a"; return nil }
		b.User.BeforeCreate = func(_ context.Context, _ *auth.Tx, u *auth.User) error { u.Name += "-b"; return nil }
		db, err := auth.Open(e.ctx, e.raw, auth.Chain(a, b))
		e.must(err)
		u, err := db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a"})
		e.must(err)
		if u.Name != "ada-a-b" {
			t.Errorf("name is %q", u.Name)
		}
		a.User.OnUpdate = func(context.Context, *auth.Tx, auth.UserChange) error { return errBoom }
		b.Fired()
		_, err = db.User.Update(e.ctx, u.ID, auth.UserPatch{Name: auth.Set("x")})
		e.is(err, errBoom)
		if got := b.Fired(); !slices.Equal(got, []string{"user.beforeUpdate"}) {
			t.Errorf("after the first failed the second ran: %v", got)
		}
	}},
	{"T5 NoTriggers does nothing", func(t *testing.T, e *env) {
		db, err := auth.Open(e.ctx, e.raw, auth.NoTriggers{})
		e.must(err)
		u, err := db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a"})
		e.must(err)
		e.must(db.User.Delete(e.ctx, u.ID))
		if _, err := auth.Open(e.ctx, e.raw, nil); err == nil {
			t.Error("Open took nil for triggers")
		}
	}},
	{"T6 request facts come by ctx, and are absent where unknown", func(t *testing.T, e *env) {
		var facts auth.Request
		var known bool
		e.tr.User.OnCreate = func(ctx context.Context, _ *auth.Tx, _ auth.User) error {
			facts, known = auth.RequestFrom(ctx)
			return nil
		}
		e.user("ada")
		if known {
			t.Error("facts from nowhere")
		}
		ctx := auth.WithRequest(e.ctx, auth.Request{Path: auth.Set("/sign-up/email"), ActorID: auth.Set("")})
		_, err := e.db.User.Create(ctx, auth.UserCreate{Name: "bob", Email: "b"})
		e.must(err)
		if !known || facts.Path.Or("") != "/sign-up/email" || facts.IP.IsSet() || !facts.ActorID.IsSet() {
			t.Errorf("facts: %+v", facts)
		}
	}},
}
