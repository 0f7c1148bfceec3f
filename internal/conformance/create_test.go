package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/authgen/authgen/internal/conformance/auth"
)

var createCases = []testCase{
	{"C1 before sees the whole document, and may change it", func(t *testing.T, e *env) {
		e.tr.User.BeforeCreate = func(_ context.Context, _ *auth.Tx, u *auth.User) error {
			if u.ID == "" || u.Role != auth.UserRoleUser || u.Source != "web" || u.Tags == nil {
				t.Errorf("before sees %+v", u)
			}
			want := time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)
			if u.CreatedAt != want || u.UpdatedAt != want {
				t.Errorf("before sees times %v, %v; want %v", u.CreatedAt, u.UpdatedAt, want)
			}
			u.Name, u.Role, u.Image = "changed", auth.UserRoleAdmin, new("pic")
			return nil
		}
		u := e.user("ada")
		stored, err := e.db.User.Get(e.ctx, u.ID)
		e.must(err)
		if diff := cmp.Diff(u, stored); diff != "" {
			t.Errorf("returned and stored differ: %s", diff)
		}
		if stored.Name != "changed" || stored.Role != auth.UserRoleAdmin || *stored.Image != "pic" {
			t.Errorf("stored: %+v", stored)
		}
		e.fired("user.beforeCreate", "user.onCreate")
	}},
	{"C1 changing the id is ErrImmutable", func(t *testing.T, e *env) {
		e.tr.User.BeforeCreate = func(_ context.Context, _ *auth.Tx, u *auth.User) error { u.ID = "mine"; return nil }
		_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
		e.is(err, auth.ErrImmutable)
		e.count("user", 0)
	}},
	{"C1 serial ids are counted by the database, and may be given", func(t *testing.T, e *env) {
		var seen []auth.CounterID
		e.tr.Counter.OnCreate = func(_ context.Context, _ *auth.Tx, c auth.Counter) error { seen = append(seen, c.ID); return nil }
		a, err := e.db.Counter.Create(e.ctx, auth.CounterCreate{Label: "a"})
		e.must(err)
		b, err := e.db.Counter.Create(e.ctx, auth.CounterCreate{ID: auth.Set(auth.CounterID(70)), Label: "b"})
		e.must(err)
		c, err := e.db.Counter.Create(e.ctx, auth.CounterCreate{Label: "c"})
		e.must(err)
		next := by(e, auth.CounterID(71), 2, 71) // a sequence of Postgres knows of no row that it did not count
		if a.ID != 1 || b.ID != 70 || c.ID != next || len(seen) != 3 || seen[2] != next {
			t.Errorf("ids: %d, %d, %d; on saw %v", a.ID, b.ID, c.ID, seen)
		}
		_, err = e.db.Counter.Create(e.ctx, auth.CounterCreate{ID: auth.Set(auth.CounterID(70)), Label: "d"})
		e.is(err, auth.ErrUnique)
	}},
	{"C1 a given id is kept, and taken once", func(t *testing.T, e *env) {
		in := auth.UserCreate{ID: auth.Set(auth.UserID("mine")), Name: "ada", Email: "a@b"}
		u, err := e.db.User.Create(e.ctx, in)
		e.must(err)
		if u.ID != "mine" {
			t.Errorf("id is %q", u.ID)
		}
		in.Email = "other"
		_, err = e.db.User.Create(e.ctx, in)
		var unique *auth.UniqueError
		if !errors.As(err, &unique) || unique.Table != "user" || unique.Fields[0] != "id" {
			t.Errorf("a second row with the id: %v", err)
		}
	}},
	{"C1 nil, absent and zero are told apart", func(t *testing.T, e *env) {
		empty, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "", Email: "", Image: new(""), Credit: new(int64(0)), Visits: auth.Set(0)})
		e.must(err)
		absent, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "b", Email: "b"})
		e.must(err)
		for _, u := range []*auth.User{&empty, &absent} {
			*u, err = e.db.User.Get(e.ctx, u.ID)
			e.must(err)
		}
		if empty.Image == nil || *empty.Image != "" || empty.Credit == nil || *empty.Credit != 0 {
			t.Errorf("zero became null: %+v", empty)
		}
		if absent.Image != nil || absent.Credit != nil || absent.Meta != nil {
			t.Errorf("null became a value: %+v", absent)
		}
	}},
	{"C1 every type comes back as it was stored", func(t *testing.T, e *env) {
		in := auth.UserCreate{
			Name: "Zoë 'quoted\" \\ % _ 日本 😀", Email: "x", Credit: new(int64(math.MaxInt64)), Score: auth.Set(0.1),
			Meta: new(json.RawMessage(`{"a":[1,null,"b"]}`)), Tags: auth.Set([]string{"x", "", `"y"`}),
			CreatedAt: auth.Set(time.Date(1999, 12, 31, 23, 59, 59, 999_999_999, time.FixedZone("", 3600))),
		}
		u, err := e.db.User.Create(e.ctx, in)
		e.must(err)
		stored, err := e.db.User.Get(e.ctx, u.ID)
		e.must(err)
		if diff := cmp.Diff(u, stored, sameJSON); diff != "" {
			t.Errorf("returned and stored differ: %s", diff)
		}
		if want := time.Date(1999, 12, 31, 22, 59, 59, 999_000_000, time.UTC); stored.CreatedAt != want || stored.Name != in.Name || *stored.Credit != math.MaxInt64 {
			t.Errorf("stored: %+v", stored)
		}
		in2 := auth.SampleCreate{Flag: new(true), Raw: new([]byte{0, 1, 255}), Nums: new([]int{3, -1}), Weight: new(-2.5), Seen: &e.now}
		s, err := e.db.Sample.Create(e.ctx, in2)
		e.must(err)
		got, err := e.db.Sample.Get(e.ctx, s.ID)
		e.must(err)
		if diff := cmp.Diff(s, got, sameJSON); diff != "" {
			t.Errorf("returned and stored differ: %s", diff)
		}
		if e.now.Nanosecond() != 678_900_000 {
			t.Error("the caller's time was changed")
		}
	}},
	{"C1 times of the first and the last year come back", func(t *testing.T, e *env) {
		for _, at := range []time.Time{
			time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1, 1, 1, 0, 0, 0, 1_000_000, time.UTC),
			time.Date(1969, 12, 31, 23, 59, 59, 999_000_000, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999_000_000, time.UTC),
		} {
			s, err := e.db.Sample.Create(e.ctx, auth.SampleCreate{Seen: &at})
			e.must(err)
			s, err = e.db.Sample.Get(e.ctx, s.ID)
			e.must(err)
			n, err := e.db.Sample.Count(e.ctx, auth.SampleCols.Seen.Eq(at))
			if err != nil || !s.Seen.Equal(at) || n != 1 {
				t.Errorf("%v came back as %v, and matches %d rows (%v)", at, s.Seen, n, err)
			}
		}
	}},
	{"C2 validation runs on what before leaves", func(t *testing.T, e *env) {
		e.tr.User.BeforeCreate = func(_ context.Context, _ *auth.Tx, u *auth.User) error {
			u.Role, u.Name = auth.UserRoleUser, strings.Repeat("é", 40)
			return nil
		}
		_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: strings.Repeat("x", 41), Email: "a@b", Role: auth.Set(auth.UserRole("king"))})
		e.must(err)
		broken := map[string]func(*auth.User){
			"role/enum":          func(u *auth.User) { u.Role = "king" },
			"name/maxLength":     func(u *auth.User) { u.Name = strings.Repeat("é", 41) },
			"email/type":         func(u *auth.User) { u.Email = "a\x00b" },
			"image/type":         func(u *auth.User) { u.Image = new("\xff") },
			"score/type":         func(u *auth.User) { u.Score = math.NaN() },
			"visits/type":        func(u *auth.User) { u.Visits = math.MaxInt32 + 1 },
			"meta/type":          func(u *auth.User) { u.Meta = new(json.RawMessage("{")) },
			"createdAt/required": func(u *auth.User) { u.CreatedAt = time.Time{} },
			"updatedAt/type":     func(u *auth.User) { u.UpdatedAt = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		}
		for want, breakIt := range broken {
			e.tr.User.BeforeCreate = func(_ context.Context, _ *auth.Tx, u *auth.User) error { breakIt(u); return nil }
			_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "n", Email: want})
			var invalid *auth.ValidationError
			if !errors.As(err, &invalid) || invalid.Table != "user" || invalid.Field+"/"+invalid.Rule != want {
				t.Errorf("%s: %v", want, err)
			}
		}
		e.count("user", 1)
		_, err = e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret("t"), ExpiresAt: e.now})
		var invalid *auth.ValidationError
		if !errors.As(err, &invalid) || invalid.Field != "userId" || invalid.Rule != "required" {
			t.Errorf("a missing reference: %v", err)
		}
	}},
	{"C3 what a trigger writes to the row is in the returned document", func(t *testing.T, e *env) {
		ways := map[string]func(ctx context.Context, tx *auth.Tx, u auth.User) error{
			"update": func(ctx context.Context, tx *auth.Tx, u auth.User) error {
				_, err := tx.WithoutTriggers().User.Update(ctx, u.ID, auth.UserPatch{Image: auth.Set(new("seen"))})
				return err
			},
			"update many": func(ctx context.Context, tx *auth.Tx, u auth.User) error {
				_, err := tx.WithoutTriggers().User.UpdateMany(ctx, auth.UserCols.ID.Eq(u.ID), auth.UserPatch{Image: auth.Set(new("seen"))})
				return err
			},
			"increment": func(ctx context.Context, tx *auth.Tx, u auth.User) error {
				_, _, err := tx.WithoutTriggers().User.IncrementOne(ctx, auth.UserCols.ID.Eq(u.ID), auth.UserDelta{}, auth.UserPatch{Image: auth.Set(new("seen"))})
				return err
			},
			"SQL": func(ctx context.Context, tx *auth.Tx, u auth.User) error {
				_, err := tx.SQL().ExecContext(ctx, e.sql(`UPDATE "user" SET image = 'seen'`))
				return err
			},
			"nested": func(ctx context.Context, tx *auth.Tx, u auth.User) error {
				return tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
					_, err := tx.WithoutTriggers().User.Update(ctx, u.ID, auth.UserPatch{Image: auth.Set(new("seen"))})
					return err
				})
			},
		}
		for name, way := range ways {
			e.tr.User.OnCreate = way
			u, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: name, Email: name})
			e.must(err)
			if u.Image == nil || *u.Image != "seen" {
				t.Errorf("%s: the returned document has image %v", name, u.Image)
			}
		}
	}},
	{"C5 another program's row has the defaults", func(t *testing.T, e *env) {
		e.exec(`INSERT INTO "user" (id, name, email) VALUES ('u', 'ada', 'first@example.com')`)
		e.exec(`INSERT INTO lease (id, owner, "startsAt") VALUES ('l', 'ada', ?)`, by[any](e, 1, time.UnixMilli(1), time.UnixMilli(1)))
		got, err := e.db.User.Get(e.ctx, "u")
		e.must(err)
		want := e.user("ada")
		lease, err := e.db.Lease.Get(e.ctx, "l")
		e.must(err)
		for _, at := range []time.Time{got.CreatedAt, got.UpdatedAt, lease.UpdatedAt} {
			if off := time.Since(at); off < -time.Minute || off > time.Hour {
				t.Errorf("a time is %v, %v ago", at, off)
			}
		}
		got.ID, got.Email, got.CreatedAt, got.UpdatedAt = want.ID, want.Email, want.CreatedAt, want.UpdatedAt
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("what the database stored by itself is not what Create stores: %s", diff)
		}
	}},
	{"C3 a row that no trigger touched is not read again", func(t *testing.T, e *env) {
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			_, err := tx.Profile.Create(ctx, auth.ProfileCreate{UserID: u.ID})
			return err
		}
		e.user("ada")
		if got, want := verbs(e.seen.take()), "BEGIN INSERT INSERT COMMIT"; got != want {
			t.Errorf("statements: %s, want %s", got, want)
		}
	}},
	{"C4 a trigger that deletes the row fails the create", func(t *testing.T, e *env) {
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			e.must(write(ctx, tx, "n"))
			return tx.WithoutTriggers().User.Delete(ctx, u.ID)
		}
		_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
		e.is(err, auth.ErrDeletedByTrigger)
		e.count("note", 0)
		e.tr.Member.OnCreate = func(ctx context.Context, tx *auth.Tx, m auth.Member) error {
			return tx.WithoutTriggers().Organization.Delete(ctx, m.OrganizationID) // the database deletes the member with it
		}
		e.tr.User.OnCreate = nil
		u := e.user("ada")
		o, err := e.db.Organization.Create(e.ctx, auth.OrganizationCreate{Name: "o", Slug: "o"})
		e.must(err)
		_, err = e.db.Member.Create(e.ctx, auth.MemberCreate{UserID: u.ID, OrganizationID: o.ID})
		e.is(err, auth.ErrDeletedByTrigger)
		e.count("organization", 1)
	}},
	{"C4 a trigger that makes a unique field a duplicate fails the create", func(t *testing.T, e *env) {
		e.user("eve")
		e.tr.User.BeforeCreate = func(_ context.Context, _ *auth.Tx, u *auth.User) error { u.Email = "eve@example.com"; return nil }
		_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a@b"})
		e.is(err, auth.ErrUnique)
		e.count("user", 1)
	}},
}

// sameJSON compares JSON by what it says: Postgres and MySQL store that, and not
// the text.
var sameJSON = cmp.FilterPath(func(p cmp.Path) bool { return p.Last().Type() == reflect.TypeFor[json.RawMessage]() },
	cmp.Comparer(func(a, b json.RawMessage) bool {
		var x, y any
		return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && cmp.Equal(x, y)
	}))
