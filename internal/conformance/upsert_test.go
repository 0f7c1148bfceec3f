package conformance

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen/internal/conformance/auth"
)

var upsertCases = []testCase{
	{"O5 Upsert fires the triggers of what it turns out to be", func(t *testing.T, e *env) {
		in := auth.UserCreate{Name: "ada", Email: "ada@example.com"}
		u, created, err := e.db.User.UpsertByEmail(e.ctx, in, auth.UserPatch{Visits: auth.Set(1)})
		if err != nil || !created || u.Visits != 0 {
			t.Errorf("the first: %+v, %v, %v", u, created, err)
		}
		e.fired("user.beforeCreate", "user.onCreate")
		in.Name = "bob"
		again, created, err := e.db.User.UpsertByEmail(e.ctx, in, auth.UserPatch{Visits: auth.Set(1)})
		if err != nil || created || again.ID != u.ID || again.Visits != 1 || again.Name != "ada" {
			t.Errorf("the second: %+v, %v, %v", again, created, err)
		}
		e.fired("user.beforeUpdate", "user.onUpdate")
		got, created, err := e.db.WithoutTriggers().User.UpsertByEmail(e.ctx, in, auth.UserPatch{})
		if err != nil || created || got.ID != u.ID {
			t.Errorf("without anything to set: %+v, %v, %v", got, created, err)
		}
		e.fired()
		e.count("user", 1)
	}},
	{"O5 Upsert by an index of several fields, a secret, and a time in milliseconds", func(t *testing.T, e *env) {
		u := e.user("ada")
		o, err := e.db.Organization.Create(e.ctx, auth.OrganizationCreate{Name: "o", Slug: "o"})
		e.must(err)
		for _, want := range []bool{true, false} {
			_, created, err := e.db.Member.UpsertByUserIDAndOrganizationID(e.ctx, auth.MemberCreate{UserID: u.ID, OrganizationID: o.ID}, auth.MemberPatch{Role: auth.Set("x")})
			if err != nil || created != want {
				t.Errorf("member: %v, %v", created, err)
			}
			_, created, err = e.db.Session.UpsertByToken(e.ctx, auth.SessionCreate{Token: auth.NewSecret("t"), UserID: u.ID, ExpiresAt: e.now}, auth.SessionPatch{Agent: auth.Set(new("x"))})
			if err != nil || created != want {
				t.Errorf("session: %v, %v", created, err)
			}
			_, created, err = e.db.Lease.UpsertByStartsAt(e.ctx, auth.LeaseCreate{Owner: "o", StartsAt: e.now.Truncate(time.Millisecond)}, auth.LeasePatch{Owner: auth.Set("x")})
			if err != nil || created != want {
				t.Errorf("lease: %v, %v", created, err)
			}
		}
	}},
	{"O5 null is the same as no row", func(t *testing.T, e *env) {
		for _, email := range []string{"a", "b"} {
			_, created, err := e.db.User.UpsertByNick(e.ctx, auth.UserCreate{Name: "n", Email: email}, auth.UserPatch{})
			if err != nil || !created {
				t.Errorf("without a nick: %v, %v", created, err)
			}
		}
		e.count("user", 2)
	}},
	{"O5 another unique value that is taken, and one that a trigger changes, are ErrUnique", func(t *testing.T, e *env) {
		e.user("ada")
		in := auth.UserCreate{Name: "bob", Email: "ada@example.com", Nick: new("bob")}
		_, _, err := e.db.User.UpsertByNick(e.ctx, in, auth.UserPatch{})
		e.is(err, auth.ErrUnique)
		e.tr.User.BeforeCreate = func(_ context.Context, _ *auth.Tx, u *auth.User) error {
			u.Email = strings.ToLower(u.Email)
			return nil
		}
		in = auth.UserCreate{Name: "bob", Email: "ADA@example.com"}
		_, _, err = e.db.User.UpsertByEmail(e.ctx, in, auth.UserPatch{})
		e.is(err, auth.ErrUnique)
		e.count("user", 1)
	}},
	{"O5 inside a Tx, a lost race is handled by Upsert alone", func(t *testing.T, e *env) {
		e.user("ada")
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			e.must(write(ctx, tx, "n"))
			_, created, err := tx.User.UpsertByEmail(ctx, auth.UserCreate{Name: "x", Email: "ada@example.com"}, auth.UserPatch{Visits: auth.Set(3)})
			if created {
				t.Error("a second ada")
			}
			return err
		}))
		e.count("note", 1)
	}},
	{"O5 of 64 upserts one creates the row, once, and the others change it", func(t *testing.T, e *env) {
		var fired, changed atomic.Int64
		e.tr.User.BeforeCreate = func(ctx context.Context, tx *auth.Tx, u *auth.User) error { return write(ctx, tx, "before") }
		e.tr.User.OnCreate = func(context.Context, *auth.Tx, auth.User) error { fired.Add(1); return nil }
		winners := e.race(nil, func(int) (bool, error) {
			in := auth.UserCreate{Name: "ada", Email: "ada@example.com"}
			_, created, err := e.db.User.UpsertByEmail(e.ctx, in, auth.UserPatch{Image: auth.Set(new("x"))})
			if err == nil && !created {
				changed.Add(1)
			}
			return created, err
		})
		e.one("user", winners, &fired)
		if n := changed.Load(); n != racers-1 {
			t.Errorf("%d of %d changed the row", n, racers-1)
		}
		e.count("user", 1)
		e.count("note", 1)
	}},
}
