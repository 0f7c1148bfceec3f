package conformance

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/authgen/authgen/internal/conformance/auth"
)

var updateCases = []testCase{
	{"P1 unset, set and null", func(t *testing.T, e *env) {
		u := e.user("ada")
		u, err := e.db.User.Update(e.ctx, u.ID, auth.UserPatch{Image: auth.Set(new("pic")), Visits: auth.Set(3)})
		e.must(err)
		u, err = e.db.User.Update(e.ctx, u.ID, auth.UserPatch{Visits: auth.Set(0)})
		e.must(err)
		if u.Image == nil || *u.Image != "pic" || u.Visits != 0 {
			t.Errorf("unset changed image, or zero is not set: %+v", u)
		}
		u, err = e.db.User.Update(e.ctx, u.ID, auth.UserPatch{Image: auth.Null[string]()})
		e.must(err)
		stored, err := e.db.User.Get(e.ctx, u.ID)
		e.must(err)
		if u.Image != nil || stored.Image != nil {
			t.Error("null did not reach the row")
		}
	}},
	{"P1 JSON null is refused for a field that is not nullable", func(t *testing.T, e *env) {
		var p auth.UserPatch
		e.must(json.Unmarshal([]byte(`{"image": null, "name": "x"}`), &p))
		if !p.Image.IsSet() || p.Image.Or(new("")) != nil || p.Name.Or("") != "x" || p.Email.IsSet() {
			t.Errorf("decoded: %+v", p)
		}
		if err := json.Unmarshal([]byte(`{"name": null}`), &p); err == nil {
			t.Error("null was accepted for name")
		}
	}},
	{"P2 before edits the patch, and what it leaves alone stays", func(t *testing.T, e *env) {
		u := e.user("ada")
		e.tr.User.BeforeUpdate = func(_ context.Context, _ *auth.Tx, old auth.User, p *auth.UserPatch) error {
			if old.Name != "ada" {
				t.Errorf("old is %+v", old)
			}
			p.Nick.Set(new(strings.ToUpper(p.Name.Or(""))))
			return nil
		}
		u, err := e.db.User.Update(e.ctx, u.ID, auth.UserPatch{Name: auth.Set("bob"), Visits: auth.Set(7)})
		e.must(err)
		stored, err := e.db.User.Get(e.ctx, u.ID)
		e.must(err)
		if stored.Name != "bob" || stored.Visits != 7 || *stored.Nick != "BOB" {
			t.Errorf("stored: %+v", stored)
		}
		if diff := cmp.Diff(u, stored); diff != "" {
			t.Errorf("returned and stored differ: %s", diff)
		}
	}},
	{"P2 validation runs on what before leaves", func(t *testing.T, e *env) {
		u := e.user("ada")
		e.tr.User.BeforeUpdate = func(_ context.Context, _ *auth.Tx, _ auth.User, p *auth.UserPatch) error {
			p.Role.Set("king")
			return nil
		}
		_, err := e.db.User.Update(e.ctx, u.ID, auth.UserPatch{Name: auth.Set("bob")})
		e.is(err, auth.ErrValidation)
	}},
	{"P3 JSON that is set to what it says already is not changed", func(t *testing.T, e *env) {
		meta := func(text string) auth.Opt[*json.RawMessage] { return auth.Set(new(json.RawMessage(text))) }
		u := e.user("ada")
		var changed []bool
		e.tr.User.OnUpdate = func(_ context.Context, _ *auth.Tx, c auth.UserChange) error {
			changed = append(changed, c.Changed.Meta)
			return nil
		}
		for _, text := range []string{`{"b": [1e3, 1.50], "a": null}`, `{"b": [1e3, 1.50], "a": null}`, `{"a":null,"b":[1000,15e-1]}`, `{"a":null,"b":[1000,15]}`} {
			_, err := e.db.User.Update(e.ctx, u.ID, auth.UserPatch{Meta: meta(text)})
			e.must(err)
		}
		if !slices.Equal(changed, []bool{true, false, false, true}) {
			t.Errorf("changed: %v", changed)
		}
	}},
	{"P3 on gets new, old and what changed", func(t *testing.T, e *env) {
		u := e.user("ada")
		var c auth.UserChange
		e.tr.User.OnUpdate = func(_ context.Context, _ *auth.Tx, change auth.UserChange) error { c = change; return nil }
		e.now = e.now.Add(time.Hour)
		_, err := e.db.User.Update(e.ctx, u.ID, auth.UserPatch{Name: auth.Set("ada"), Image: auth.Set(new("pic")), Tags: auth.Set([]string{"x"}), Credit: auth.Null[int64]()})
		e.must(err)
		if want := (auth.UserChanged{Image: true, Tags: true}); c.Changed != want {
			t.Errorf("changed: %+v", c.Changed)
		}
		if c.Old.Image != nil || *c.New.Image != "pic" || !c.New.UpdatedAt.After(c.Old.UpdatedAt) {
			t.Errorf("old %+v, new %+v", c.Old, c.New)
		}
		_, err = e.db.User.Update(e.ctx, u.ID, auth.UserPatch{Image: auth.Set(new("pic"))})
		e.must(err)
		if c.Changed.Image {
			t.Error("another pointer to the same text counts as a change")
		}
	}},
	{"P4 an empty patch runs before, writes nothing and returns the row", func(t *testing.T, e *env) {
		u := e.user("ada")
		e.tr.Fired()
		e.seen.take()
		e.now = e.now.Add(time.Hour)
		got, err := e.db.User.Update(e.ctx, u.ID, auth.UserPatch{})
		e.must(err)
		if diff := cmp.Diff(u, got); diff != "" {
			t.Errorf("the row changed: %s", diff)
		}
		e.fired("user.beforeUpdate")
		if got := verbs(e.seen.take()); got != "BEGIN SELECT COMMIT" {
			t.Errorf("statements: %s", got)
		}
		s, err := e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret("t"), UserID: u.ID, ExpiresAt: e.now})
		e.must(err)
		again, err := e.db.Session.Update(e.ctx, s.ID, auth.SessionPatch{})
		e.must(err)
		if !again.UpdatedAt.Equal(s.UpdatedAt) {
			t.Error("an empty patch moved updatedAt")
		}
	}},
	{"P4 before may fill an empty patch", func(t *testing.T, e *env) {
		u := e.user("ada")
		e.tr.User.BeforeUpdate = func(_ context.Context, _ *auth.Tx, _ auth.User, p *auth.UserPatch) error { p.Visits.Set(1); return nil }
		e.tr.Fired()
		u, err := e.db.User.Update(e.ctx, u.ID, auth.UserPatch{})
		e.must(err)
		if u.Visits != 1 {
			t.Errorf("visits is %d", u.Visits)
		}
		e.fired("user.beforeUpdate", "user.onUpdate")
	}},
	{"P4 a patch of the same values is an update", func(t *testing.T, e *env) {
		u := e.user("ada")
		e.now = e.now.Add(time.Hour)
		var c auth.UserChange
		e.tr.User.OnUpdate = func(_ context.Context, _ *auth.Tx, change auth.UserChange) error { c = change; return nil }
		got, err := e.db.User.Update(e.ctx, u.ID, auth.UserPatch{Name: auth.Set(u.Name)})
		e.must(err)
		if !got.UpdatedAt.After(u.UpdatedAt) || c.New.ID != u.ID || c.Changed != (auth.UserChanged{}) {
			t.Errorf("updatedAt %v, change %+v", got.UpdatedAt, c)
		}
	}},
	{"P4 updatedAt counts as changed only if the patch set it", func(t *testing.T, e *env) {
		u := e.user("ada")
		var c auth.UserChange
		e.tr.User.OnUpdate = func(_ context.Context, _ *auth.Tx, change auth.UserChange) error { c = change; return nil }
		at := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
		u, err := e.db.User.Update(e.ctx, u.ID, auth.UserPatch{UpdatedAt: auth.Set(at)})
		e.must(err)
		if !c.Changed.UpdatedAt || !u.UpdatedAt.Equal(at) {
			t.Errorf("changed %+v, stored %v", c.Changed, u.UpdatedAt)
		}
	}},
	{"P5 no such row is ErrNotFound, and fires nothing", func(t *testing.T, e *env) {
		_, err := e.db.User.Update(e.ctx, "nobody", auth.UserPatch{Name: auth.Set("x")})
		e.is(err, auth.ErrNotFound)
		_, err = e.db.Session.Update(e.ctx, "nobody", auth.SessionPatch{Agent: auth.Set(new("x"))})
		e.is(err, auth.ErrNotFound)
		_, err = e.db.Session.Update(e.ctx, "nobody", auth.SessionPatch{})
		e.is(err, auth.ErrNotFound)
		e.fired()
	}},
	{"C3 an update returns the row as its triggers left it", func(t *testing.T, e *env) {
		u := e.user("ada")
		e.tr.User.BeforeUpdate = func(ctx context.Context, tx *auth.Tx, old auth.User, _ *auth.UserPatch) error {
			_, err := tx.WithoutTriggers().User.Update(ctx, old.ID, auth.UserPatch{Visits: auth.Set(5)})
			return err
		}
		e.tr.User.OnUpdate = func(ctx context.Context, tx *auth.Tx, c auth.UserChange) error {
			if c.New.Visits != 5 || c.Old.Visits != 5 {
				t.Errorf("on does not see what before wrote: %d, %d", c.Old.Visits, c.New.Visits)
			}
			_, err := tx.SQL().ExecContext(ctx, e.sql(`UPDATE "user" SET image = 'on'`))
			return err
		}
		u, err := e.db.User.Update(e.ctx, u.ID, auth.UserPatch{Name: auth.Set("bob")})
		e.must(err)
		if u.Visits != 5 || u.Name != "bob" || u.Image == nil {
			t.Errorf("returned: %+v", u)
		}
	}},
	{"C4 a trigger that deletes the row fails the update", func(t *testing.T, e *env) {
		u := e.user("ada")
		remove := func(ctx context.Context, tx *auth.Tx) error { return tx.WithoutTriggers().User.Delete(ctx, u.ID) }
		e.tr.User.BeforeUpdate = func(ctx context.Context, tx *auth.Tx, _ auth.User, _ *auth.UserPatch) error { return remove(ctx, tx) }
		_, err := e.db.User.Update(e.ctx, u.ID, auth.UserPatch{Name: auth.Set("x")})
		e.is(err, auth.ErrDeletedByTrigger)
		e.tr.User.BeforeUpdate = nil
		e.tr.User.OnUpdate = func(ctx context.Context, tx *auth.Tx, _ auth.UserChange) error { return remove(ctx, tx) }
		_, err = e.db.User.Update(e.ctx, u.ID, auth.UserPatch{Name: auth.Set("x")})
		e.is(err, auth.ErrDeletedByTrigger)
		e.count("user", 1)
	}},
}
