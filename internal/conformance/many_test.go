package conformance

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

var manyCases = []testCase{
	{"M1 UpdateMany visits every row once, in the order of keys", func(t *testing.T, e *env) {
		const n = 1203 // more than two batches
		e.users(n)
		var seen []string
		e.tr.User.OnUpdate = func(_ context.Context, _ *auth.Tx, c auth.UserChange) error {
			if c.Old.Visits != 0 || c.New.Visits != 1 || !c.Changed.Visits {
				t.Errorf("change: %+v", c)
			}
			seen = append(seen, string(c.New.ID))
			return nil
		}
		got, err := e.db.User.UpdateMany(e.ctx, auth.UserCols.Visits.Eq(0), auth.UserPatch{Visits: auth.Set(1)})
		e.must(err)
		if got != n || len(seen) != n || !slices.IsSorted(seen) || len(slices.Compact(seen)) != n {
			t.Errorf("updated %d, on fired %d times", got, len(seen))
		}
		left, err := e.db.User.Count(e.ctx, auth.UserCols.Visits.Eq(0))
		if err != nil || left != 0 {
			t.Errorf("%d rows are not updated (%v)", left, err)
		}
	}},
	{"M1 DeleteMany deletes every row once, in the order of keys", func(t *testing.T, e *env) {
		const n = 1203
		e.users(n)
		var seen []string
		e.tr.User.OnDelete = func(_ context.Context, _ *auth.Tx, u auth.User) error { seen = append(seen, string(u.ID)); return nil }
		got, err := e.db.User.DeleteMany(e.ctx, auth.UserCols.Name.StartsWith("u"))
		e.must(err)
		if got != n || len(seen) != n || !slices.IsSorted(seen) {
			t.Errorf("deleted %d, on fired %d times", got, len(seen))
		}
		e.count("user", 0)
	}},
	{"M1 rows that triggers insert do not feed the walk", func(t *testing.T, e *env) {
		e.users(3)
		inserted := 0
		e.tr.User.OnDelete = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			if inserted++; inserted > 10 {
				t.Fatal("the walk feeds on what it inserts")
			}
			name := fmt.Sprintf("v%d", inserted) // sorts behind every user
			_, err := tx.User.Create(ctx, auth.UserCreate{ID: auth.Set(auth.UserID(name)), Name: name, Email: name})
			return err
		}
		n, err := e.db.User.DeleteMany(e.ctx, auth.All[auth.User]())
		if err != nil || n != 3 {
			t.Errorf("deleted %d (%v)", n, err)
		}
		e.count("user", 3)
	}},
	{"M1 a row deleted by an earlier row's trigger is skipped", func(t *testing.T, e *env) {
		e.users(4)
		e.tr.User.OnDelete = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			if u.ID == "u00000" {
				return tx.WithoutTriggers().User.Delete(ctx, "u00002")
			}
			return nil
		}
		n, err := e.db.User.DeleteMany(e.ctx, auth.All[auth.User]())
		if err != nil || n != 3 {
			t.Errorf("deleted %d (%v)", n, err)
		}
		e.tr.User.OnDelete = nil
		e.users(4)
		e.tr.User.BeforeUpdate = func(ctx context.Context, tx *auth.Tx, old auth.User, _ *auth.UserPatch) error {
			switch old.ID {
			case "u00000":
				_, err := tx.WithoutTriggers().User.Update(ctx, "u00001", auth.UserPatch{Nick: auth.Set(new("touched"))})
				e.must(err)
				return tx.WithoutTriggers().User.Delete(ctx, "u00002")
			case "u00003":
				return tx.WithoutTriggers().User.Delete(ctx, "u00000")
			case "u00001":
				if old.Nick == nil {
					t.Error("before got a row that is not the stored one")
				}
			}
			return nil
		}
		var updated []string
		e.tr.User.OnUpdate = func(_ context.Context, _ *auth.Tx, c auth.UserChange) error {
			updated = append(updated, string(c.New.ID))
			return nil
		}
		n, err = e.db.User.UpdateMany(e.ctx, auth.All[auth.User](), auth.UserPatch{Visits: auth.Set(1)})
		if err != nil || n != 2 || !slices.Equal(updated, []string{"u00001", "u00003"}) {
			t.Errorf("updated %d: %v (%v)", n, updated, err)
		}
	}},
	{"M1 a row that no longer matches when its turn comes is not written, in whatever batch", func(t *testing.T, e *env) {
		const n = 700 // more than a batch
		moved := []auth.UserID{"u00003", "u00650"}
		// The first trigger moves two rows out of the condition and one into it.
		move := func(ctx context.Context, tx *auth.Tx, id auth.UserID) error {
			if id != "u00000" {
				return nil
			}
			users := tx.WithoutTriggers().User
			for _, id := range moved {
				if _, err := users.Update(ctx, id, auth.UserPatch{Score: auth.Set(1.0)}); err != nil {
					return err
				}
			}
			_, err := users.Update(ctx, "u00699", auth.UserPatch{Score: auth.Set(0.0)})
			return err
		}
		e.tr.User.BeforeUpdate = func(ctx context.Context, tx *auth.Tx, old auth.User, _ *auth.UserPatch) error {
			return move(ctx, tx, old.ID)
		}
		e.tr.User.BeforeDelete = func(ctx context.Context, tx *auth.Tx, old auth.User) error { return move(ctx, tx, old.ID) }
		matching := auth.UserCols.Score.Eq(0)
		for name, many := range map[string]func() (int, error){
			"UpdateMany": func() (int, error) {
				return e.db.User.UpdateMany(e.ctx, matching, auth.UserPatch{Visits: auth.Set(1)})
			},
			"DeleteMany": func() (int, error) { return e.db.User.DeleteMany(e.ctx, matching) },
		} {
			e.users(n)
			_, err := e.db.WithoutTriggers().User.Update(e.ctx, "u00699", auth.UserPatch{Score: auth.Set(1.0)})
			e.must(err)
			got, err := many()
			e.must(err)
			left, err := e.db.User.Find(e.ctx, auth.UserQuery{Where: auth.UserCols.Visits.Eq(0)})
			e.must(err)
			var ids []auth.UserID
			for _, u := range left {
				ids = append(ids, u.ID)
			}
			if want := append(slices.Clone(moved), "u00699"); got != n-3 || !slices.Equal(ids, want) {
				t.Errorf("%s wrote %d rows and left %v, want %v", name, got, ids, want)
			}
			_, err = e.db.WithoutTriggers().User.DeleteMany(e.ctx, auth.All[auth.User]())
			e.must(err)
		}
	}},
	{"M1 where no trigger comes before, the turn of a row is the write of its batch", func(t *testing.T, e *env) {
		const n = 700
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			for i := range n {
				if _, err := tx.Lease.Create(ctx, auth.LeaseCreate{Owner: "a", StartsAt: e.now.Add(time.Duration(i) * time.Second)}); err != nil {
					return err
				}
			}
			return nil
		}))
		leases, err := e.db.Lease.Find(e.ctx, auth.LeaseQuery{})
		e.must(err)
		told := map[auth.LeaseID]bool{}
		e.tr.Lease.OnUpdate = func(ctx context.Context, tx *auth.Tx, c auth.LeaseChange) error {
			told[c.New.ID] = true
			if c.New.ID != leases[0].ID {
				return nil
			}
			_, err := tx.WithoutTriggers().Lease.UpdateMany(ctx, auth.LeaseCols.ID.In(leases[3].ID, leases[650].ID), auth.LeasePatch{Owner: auth.Set("c")})
			return err
		}
		got, err := e.db.Lease.UpdateMany(e.ctx, auth.LeaseCols.Owner.Eq("a"), auth.LeasePatch{Owner: auth.Set("b")})
		if err != nil || got != n-1 || !told[leases[3].ID] || told[leases[650].ID] {
			t.Errorf("wrote %d rows, told of the first batch's: %v, of the second's: %v (%v)", got, told[leases[3].ID], told[leases[650].ID], err)
		}
	}},
	{"C4 a row that is deleted in its own turn fails a many-write, in whatever batch", func(t *testing.T, e *env) {
		const n = 700
		e.users(n)
		remove := func(ctx context.Context, tx *auth.Tx, id, doomed auth.UserID) error {
			if id != doomed {
				return nil
			}
			return tx.WithoutTriggers().User.Delete(ctx, id)
		}
		for _, doomed := range []auth.UserID{"u00002", "u00650"} {
			before := func(ctx context.Context, tx *auth.Tx, old auth.User, _ *auth.UserPatch) error {
				return remove(ctx, tx, old.ID, doomed)
			}
			on := func(ctx context.Context, tx *auth.Tx, c auth.UserChange) error {
				return remove(ctx, tx, c.New.ID, doomed)
			}
			e.tr.User.BeforeDelete = func(ctx context.Context, tx *auth.Tx, old auth.User) error {
				return remove(ctx, tx, old.ID, doomed)
			}
			update := func() (int, error) {
				return e.db.User.UpdateMany(e.ctx, auth.All[auth.User](), auth.UserPatch{Visits: auth.Set(1)})
			}
			e.tr.User.BeforeUpdate, e.tr.User.OnUpdate = before, nil
			_, err := update()
			e.is(err, auth.ErrDeletedByTrigger)
			e.tr.User.BeforeUpdate, e.tr.User.OnUpdate = nil, on
			_, err = update()
			e.is(err, auth.ErrDeletedByTrigger)
			_, err = e.db.User.DeleteMany(e.ctx, auth.All[auth.User]())
			e.is(err, auth.ErrDeletedByTrigger)
		}
		kept, err := e.db.User.Count(e.ctx, auth.UserCols.Visits.Eq(0))
		if err != nil || kept != n {
			t.Errorf("%d rows are as they were (%v)", kept, err)
		}
	}},
	{"C4 so it does where its batch is one statement, and where tx.SQL deletes it", func(t *testing.T, e *env) {
		l, err := e.db.Lease.Create(e.ctx, auth.LeaseCreate{Owner: "a", StartsAt: e.now})
		e.must(err)
		e.tr.Lease.OnUpdate = func(ctx context.Context, tx *auth.Tx, _ auth.LeaseChange) error {
			_, err := tx.SQL().ExecContext(ctx, e.sql(`DELETE FROM lease WHERE id = ?`), string(l.ID))
			return err
		}
		_, err = e.db.Lease.UpdateMany(e.ctx, auth.All[auth.Lease](), auth.LeasePatch{Owner: auth.Set("b")})
		e.is(err, auth.ErrDeletedByTrigger)
		e.count("lease", 1)
	}},
	{"M2 triggers fire per row, each with its own old and new", func(t *testing.T, e *env) {
		u := e.user("ada")
		for i := range 3 {
			o, err := e.db.Organization.Create(e.ctx, auth.OrganizationCreate{Name: "o", Slug: fmt.Sprint(i)})
			e.must(err)
			_, err = e.db.Member.Create(e.ctx, auth.MemberCreate{UserID: u.ID, OrganizationID: o.ID, Role: auth.Set(fmt.Sprint("role", i))})
			e.must(err)
		}
		var olds []string
		e.tr.Member.OnUpdate = func(_ context.Context, _ *auth.Tx, c auth.MemberChange) error {
			olds = append(olds, c.Old.Role)
			if c.New.Role != "all" || c.New.OrganizationID != c.Old.OrganizationID {
				t.Errorf("change: %+v", c)
			}
			return nil
		}
		_, err := e.db.Member.UpdateMany(e.ctx, auth.MemberCols.UserID.Eq(u.ID), auth.MemberPatch{Role: auth.Set("all")})
		e.must(err)
		if slices.Sort(olds); !slices.Equal(olds, []string{"role0", "role1", "role2"}) {
			t.Errorf("old roles: %v", olds)
		}
	}},
	{"M3 the plan follows from the triggers", func(t *testing.T, e *env) {
		u := e.user("ada")
		for i := range 3 {
			o, err := e.db.Organization.Create(e.ctx, auth.OrganizationCreate{Name: "o", Slug: fmt.Sprint(i)})
			e.must(err)
			_, err = e.db.Member.Create(e.ctx, auth.MemberCreate{UserID: u.ID, OrganizationID: o.ID})
			e.must(err)
		}
		e.seen.take()
		expect := func(want string) {
			t.Helper()
			if got := verbs(e.seen.take()); got != "BEGIN "+want+" COMMIT" {
				t.Errorf("statements: %s, want BEGIN %s COMMIT", got, want)
			}
		}
		// On triggers only: one locking read and one write, in one statement
		// where the database can.
		updating, deleting := "SELECT UPDATE", "SELECT DELETE"
		switch returns := e.raw.Dialect.Returns(); {
		case returns&dialect.ReturnsOld != 0:
			updating, deleting = "WITH", "DELETE"
		case returns&dialect.ReturnsDeleted != 0:
			deleting = "DELETE"
		}
		_, err := e.db.Member.UpdateMany(e.ctx, auth.All[auth.Member](), auth.MemberPatch{Role: auth.Set("x")})
		e.must(err)
		expect(updating)
		_, err = e.db.Member.DeleteMany(e.ctx, auth.All[auth.Member]())
		e.must(err)
		expect(deleting)

		e.users(4)
		e.seen.take()
		_, err = e.db.User.UpdateMany(e.ctx, auth.UserCols.Name.StartsWith("u"), auth.UserPatch{Visits: auth.Set(1)})
		e.must(err)
		expect("SELECT UPDATE") // before left all patches equal
		e.tr.User.BeforeUpdate = func(_ context.Context, _ *auth.Tx, old auth.User, p *auth.UserPatch) error {
			if old.ID >= "u00002" {
				p.Score.Set(2)
			}
			return nil
		}
		_, err = e.db.User.UpdateMany(e.ctx, auth.UserCols.Name.StartsWith("u"), auth.UserPatch{Visits: auth.Set(1)})
		e.must(err)
		expect("SELECT UPDATE UPDATE") // two runs of equal patches
	}},
	{"M4 an error on row 2 of 450 leaves all 450 as they were", func(t *testing.T, e *env) {
		e.users(450)
		rows := 0
		e.tr.User.OnUpdate = func(context.Context, *auth.Tx, auth.UserChange) error {
			if rows++; rows == 2 {
				return errBoom
			}
			return nil
		}
		n, err := e.db.User.UpdateMany(e.ctx, auth.All[auth.User](), auth.UserPatch{Visits: auth.Set(1)})
		e.is(err, errBoom)
		left, err := e.db.User.Count(e.ctx, auth.UserCols.Visits.Eq(0))
		e.must(err)
		if n != 0 || left != 450 {
			t.Errorf("returned %d; %d of 450 are as they were", n, left)
		}
	}},
	{"M5 UpdateMany refuses one value for a unique field", func(t *testing.T, e *env) {
		e.users(1)
		_, err := e.db.User.UpdateMany(e.ctx, auth.All[auth.User](), auth.UserPatch{Email: auth.Set("x")})
		e.is(err, auth.ErrValidation)
		_, err = e.db.User.UpdateMany(e.ctx, auth.All[auth.User](), auth.UserPatch{Nick: auth.Set(new("x"))})
		e.is(err, auth.ErrValidation)
		_, err = e.db.User.UpdateMany(e.ctx, auth.All[auth.User](), auth.UserPatch{Nick: auth.Null[string]()})
		e.must(err)
		e.tr.User.BeforeUpdate = func(_ context.Context, _ *auth.Tx, _ auth.User, p *auth.UserPatch) error {
			p.Nick.Set(new("x"))
			return nil
		}
		_, err = e.db.User.UpdateMany(e.ctx, auth.All[auth.User](), auth.UserPatch{Visits: auth.Set(1)})
		e.is(err, auth.ErrValidation)
		_, err = e.db.Session.UpdateMany(e.ctx, auth.All[auth.Session](), auth.SessionPatch{Token: auth.Set(auth.NewSecret("x"))})
		e.is(err, auth.ErrValidation)
	}},
	{"Each in a transaction reads every row once, while the loop writes", func(t *testing.T, e *env) {
		const n = 1203 // more than two batches
		e.users(n)
		for name, options := range map[string][]auth.TxOption{"writing": nil, "read-only": {auth.ReadOnly}, "lazy": {auth.LazyWrite}} {
			var seen []string
			err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				for u, err := range tx.User.Each(ctx, auth.UserQuery{Where: auth.UserCols.Score.Eq(0), OrderBy: auth.UserOrder{auth.UserCols.Name.Desc()}}) {
					if err != nil {
						return err
					}
					seen = append(seen, string(u.ID))
					if name == "writing" && len(seen) == 600 {
						// Rows that are still to come: one goes, one no longer matches.
						e.must(tx.WithoutTriggers().User.Delete(ctx, "u00001"))
						_, err := tx.WithoutTriggers().User.Update(ctx, "u00002", auth.UserPatch{Score: auth.Set(1.0)})
						e.must(err)
					}
				}
				if name == "writing" {
					return errBoom
				}
				return nil
			}, options...)
			want := n
			if name == "writing" {
				want = n - 2
				e.is(err, errBoom)
			} else {
				e.must(err)
			}
			if slices.Reverse(seen); len(seen) != want || !slices.IsSorted(seen) || len(slices.Compact(seen)) != want {
				t.Errorf("%s: %d rows, want %d in order", name, len(seen), want)
			}
		}
	}},
	{"Each that is left early holds nothing", func(t *testing.T, e *env) {
		e.users(1203)
		until := func(users iter.Seq2[auth.User, error], stop int) {
			n := 0
			for _, err := range users {
				e.must(err)
				if n++; n == stop {
					break
				}
			}
			if n != stop {
				t.Errorf("%d rows, want %d", n, stop)
			}
		}
		for _, stop := range []int{1, 500, 501, 1100} {
			until(e.db.User.Each(e.ctx, auth.UserQuery{}), stop)
			e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				until(tx.User.Each(ctx, auth.UserQuery{}), stop)
				return write(ctx, tx, fmt.Sprint(stop))
			}))
		}
		until(e.db.User.Each(e.ctx, auth.UserQuery{Limit: 700, Offset: 10}), 700)
		e.count("note", 4)
	}},
	{"P4 UpdateMany with an empty patch writes nothing", func(t *testing.T, e *env) {
		e.users(2)
		u := e.user("ada")
		o, err := e.db.Organization.Create(e.ctx, auth.OrganizationCreate{Name: "o", Slug: "o"})
		e.must(err)
		_, err = e.db.Member.Create(e.ctx, auth.MemberCreate{UserID: u.ID, OrganizationID: o.ID})
		e.must(err)
		e.tr.Fired()
		e.seen.take()
		for _, c := range []struct {
			rows int
			run  func() (int, error)
		}{
			{3, func() (int, error) { return e.db.User.UpdateMany(e.ctx, auth.All[auth.User](), auth.UserPatch{}) }},
			{1, func() (int, error) { return e.db.Member.UpdateMany(e.ctx, auth.All[auth.Member](), auth.MemberPatch{}) }},
			{0, func() (int, error) {
				return e.db.Session.UpdateMany(e.ctx, auth.All[auth.Session](), auth.SessionPatch{})
			}},
		} {
			if n, err := c.run(); err != nil || n != c.rows {
				t.Errorf("matched %d rows, want %d (%v)", n, c.rows, err)
			}
		}
		if got := verbs(e.seen.take()); strings.Contains(got, "UPDATE") {
			t.Errorf("statements: %s", got)
		}
		e.fired("user.beforeUpdate", "user.beforeUpdate", "user.beforeUpdate")
	}},
}

var oneCases = []testCase{
	{"ConsumeOne returns the row it deleted, or none", func(t *testing.T, e *env) {
		e.users(2)
		u, ok, err := e.db.User.ConsumeOne(e.ctx, auth.UserCols.Name.StartsWith("u"))
		if err != nil || !ok || u.ID != "u00000" {
			t.Errorf("consumed %q, %v (%v)", u.ID, ok, err)
		}
		e.fired("user.beforeDelete", "user.onDelete")
		_, ok, err = e.db.User.ConsumeOne(e.ctx, auth.UserCols.Name.Eq("nobody"))
		if err != nil || ok {
			t.Errorf("consumed nobody: %v (%v)", ok, err)
		}
		e.fired()
		e.count("user", 1)
		_, _, err = e.db.User.ConsumeOne(e.ctx, auth.Predicate[auth.User]{})
		e.is(err, auth.ErrValidation)
		e.count("user", 1)
	}},
	{"ConsumeOne of racing callers has one winner", func(t *testing.T, e *env) {
		e.users(1)
		s, err := e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret("t"), UserID: "u00000", ExpiresAt: e.now})
		e.must(err)
		race := func(consume func() (bool, error)) int {
			won := make(chan bool, 16)
			for range cap(won) {
				go func() {
					ok, err := consume()
					if err != nil {
						t.Error(err)
					}
					won <- ok
				}()
			}
			winners := 0
			for range cap(won) {
				if <-won {
					winners++
				}
			}
			return winners
		}
		if n := race(func() (bool, error) {
			_, ok, err := e.db.Session.ConsumeOne(e.ctx, auth.SessionCols.ID.Eq(s.ID))
			return ok, err
		}); n != 1 {
			t.Errorf("%d callers got the session", n)
		}
		if n := race(func() (bool, error) {
			_, ok, err := e.db.User.ConsumeOne(e.ctx, auth.UserCols.Visits.Eq(0))
			return ok, err
		}); n != 1 {
			t.Errorf("%d callers got the user", n)
		}
		e.fired("user.beforeDelete", "user.onDelete")
	}},
	{"IncrementOne adds where the predicate holds, null as zero", func(t *testing.T, e *env) {
		u := e.user("ada")
		e.tr.Fired()
		var c auth.UserChange
		e.tr.User.OnUpdate = func(_ context.Context, _ *auth.Tx, change auth.UserChange) error { c = change; return nil }
		guard := auth.And(auth.UserCols.ID.Eq(u.ID), auth.UserCols.Visits.Lt(3))
		got, ok, err := e.db.User.IncrementOne(e.ctx, guard, auth.UserDelta{Visits: 3, Credit: -5, Score: 0.5}, auth.UserPatch{Image: auth.Set(new("pic"))})
		e.must(err)
		if !ok || got.Visits != 3 || *got.Credit != -5 || got.Score != 0.5 || *got.Image != "pic" || !c.Changed.Visits || c.New.Visits != 3 {
			t.Errorf("returned %+v, change %+v", got, c.Changed)
		}
		e.fired("user.beforeUpdate", "user.onUpdate")
		_, ok, err = e.db.User.IncrementOne(e.ctx, guard, auth.UserDelta{Visits: 3}, auth.UserPatch{})
		if ok || err != nil {
			t.Errorf("the guard did not hold, yet: %v (%v)", ok, err)
		}
		e.fired()
		_, _, err = e.db.User.IncrementOne(e.ctx, auth.UserCols.ID.Eq(u.ID), auth.UserDelta{Visits: 1}, auth.UserPatch{Visits: auth.Set(1)})
		e.is(err, auth.ErrValidation)
		_, _, err = e.db.User.IncrementOne(e.ctx, auth.Predicate[auth.User]{}, auth.UserDelta{Visits: 1}, auth.UserPatch{})
		e.is(err, auth.ErrValidation)
	}},
	{"IncrementOne adds to what the before trigger left", func(t *testing.T, e *env) {
		u := e.user("ada")
		tally, err := e.db.Tally.Create(e.ctx, auth.TallyCreate{Label: "a"})
		e.must(err)
		e.tr.User.BeforeUpdate = func(ctx context.Context, tx *auth.Tx, old auth.User, patch *auth.UserPatch) error {
			if v := patch.Visits.Or(0); v != old.Visits+1 {
				t.Errorf("the trigger is given %d", v)
			}
			_, _, err := tx.WithoutTriggers().User.IncrementOne(ctx, auth.UserCols.ID.Eq(old.ID), auth.UserDelta{Visits: 10, Credit: 10, Score: 10}, auth.UserPatch{})
			patch.Score.Set(7)
			return err
		}
		got, _, err := e.db.User.IncrementOne(e.ctx, auth.UserCols.ID.Eq(u.ID), auth.UserDelta{Visits: 1, Credit: 1, Score: 1}, auth.UserPatch{})
		e.must(err)
		if got.Visits != 11 || *got.Credit != 11 || got.Score != 7 {
			t.Errorf("visits %d, credit %d, score %v", got.Visits, *got.Credit, got.Score)
		}
		e.tr.Tally.BeforeUpdate = func(ctx context.Context, tx *auth.Tx, old auth.Tally, _ *auth.TallyPatch) error {
			_, err := tx.WithoutTriggers().Tally.Update(ctx, old.ID, auth.TallyPatch{Hits: auth.Set(40)})
			return err
		}
		sum, _, err := e.db.Tally.IncrementOne(e.ctx, auth.TallyCols.ID.Eq(tally.ID), auth.TallyDelta{Hits: 2}, auth.TallyPatch{})
		e.must(err)
		if sum.Hits != 42 {
			t.Errorf("hits %d", sum.Hits)
		}
	}},
	{"ConsumeOne of a row that cannot be read says what became of it", func(t *testing.T, e *env) {
		c, err := e.db.Counter.Create(e.ctx, auth.CounterCreate{Label: "a"})
		e.must(err)
		e.loosen("counter", "hits")
		e.exec(`UPDATE counter SET hits = 'many' WHERE id = ?`, int64(c.ID))
		consume := func(ctx context.Context, counters auth.CounterTable) error {
			_, _, err := counters.ConsumeOne(ctx, auth.CounterCols.ID.Eq(c.ID))
			return err
		}
		err = e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error { return consume(ctx, tx.Counter) })
		n, countErr := e.db.Counter.Count(e.ctx, auth.All[auth.Counter]())
		e.must(countErr)
		if err == nil || errors.Is(err, auth.ErrWritten) || n != 1 {
			t.Errorf("in a Tx: %v, %d rows left", err, n)
		}
		err, want := consume(e.ctx, e.db.Counter), 0
		if e.deletesBlind() { // and reads ahead of it, in a unit
			want = 1
		} else {
			e.is(err, auth.ErrWritten)
		}
		n, countErr = e.db.Counter.Count(e.ctx, auth.All[auth.Counter]())
		e.must(countErr)
		if err == nil || n != want {
			t.Errorf("%d rows left (%v)", n, err)
		}
	}},
	{"IncrementOne is one statement without triggers, and loses nothing in a race", func(t *testing.T, e *env) {
		c, err := e.db.Counter.Create(e.ctx, auth.CounterCreate{Label: "c"})
		e.must(err)
		e.seen.take()
		_, _, err = e.db.Counter.IncrementOne(e.ctx, auth.CounterCols.ID.Eq(c.ID), auth.CounterDelta{Hits: 1, Total: 10}, auth.CounterPatch{})
		e.must(err)
		if got := verbs(e.seen.take()); got != updatedOne(e) {
			t.Errorf("statements: %s", got)
		}
		done := make(chan error, 16)
		for range cap(done) {
			go func() {
				_, ok, err := e.db.Counter.IncrementOne(e.ctx, auth.And(auth.CounterCols.ID.Eq(c.ID), auth.CounterCols.Hits.Lt(10)), auth.CounterDelta{Hits: 1}, auth.CounterPatch{})
				if err == nil && !ok {
					err = auth.ErrNotFound
				}
				done <- err
			}()
		}
		won := 0
		for range cap(done) {
			if <-done == nil {
				won++
			}
		}
		c, err = e.db.Counter.Get(e.ctx, c.ID)
		e.must(err)
		if c.Hits != 10 || won != 9 || *c.Total != 10 {
			t.Errorf("hits %d after %d increments", c.Hits, won)
		}
	}},
	{"IncrementOne refuses a sum outside of the field", func(t *testing.T, e *env) {
		const big = 1<<63 - 1
		c, err := e.db.Counter.Create(e.ctx, auth.CounterCreate{Label: "c", Hits: auth.Set(1<<31 - 1), Total: new(int64(big))})
		e.must(err)
		u, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "n", Email: "e", Visits: auth.Set(1<<31 - 1), Credit: new(int64(big))})
		e.must(err)
		for field, d := range map[string]auth.CounterDelta{"hits": {Hits: 1, Total: -1}, "total": {Hits: -1, Total: 1}} {
			_, _, err = e.db.Counter.IncrementOne(e.ctx, auth.CounterCols.ID.Eq(c.ID), d, auth.CounterPatch{})
			var invalid *auth.ValidationError
			if !errors.As(err, &invalid) || invalid.Field != field {
				t.Errorf("a sum outside of %s: %v", field, err)
			}
		}
		for _, d := range []auth.UserDelta{{Visits: 1}, {Credit: 1}} {
			_, _, err = e.db.User.IncrementOne(e.ctx, auth.UserCols.ID.Eq(u.ID), d, auth.UserPatch{})
			e.is(err, auth.ErrValidation)
		}
		_, ok, err := e.db.Counter.IncrementOne(e.ctx, auth.CounterCols.ID.Eq(99), auth.CounterDelta{Hits: 1}, auth.CounterPatch{})
		if ok || err != nil {
			t.Errorf("no such row: %v (%v)", ok, err)
		}
	}},
}
