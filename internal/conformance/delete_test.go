package conformance

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/authgen/authgen/internal/conformance/auth"
)

var deleteCases = []testCase{
	{"D1 on runs with the row gone, before with it there", func(t *testing.T, e *env) {
		u := e.user("ada")
		e.tr.User.BeforeDelete = func(ctx context.Context, tx *auth.Tx, old auth.User) error {
			_, err := tx.User.Get(ctx, old.ID)
			return err
		}
		e.tr.User.OnDelete = func(ctx context.Context, tx *auth.Tx, old auth.User) error {
			_, err := tx.User.Get(ctx, old.ID)
			e.is(err, auth.ErrNotFound)
			if old.Name != "ada" {
				t.Errorf("on got %+v", old)
			}
			return nil
		}
		got, err := e.db.User.DeleteReturning(e.ctx, u.ID)
		e.must(err)
		if got.Name != "ada" {
			t.Errorf("returned: %+v", got)
		}
		e.fired("user.beforeCreate", "user.onCreate", "user.beforeDelete", "user.onDelete")
		e.is(e.db.User.Delete(e.ctx, u.ID), auth.ErrNotFound)
		e.fired()
	}},
	{"D1 of racing deletes one wins, and fires once", func(t *testing.T, e *env) {
		u := e.user("ada")
		var fired, won atomic.Int64
		e.tr.User.OnDelete = func(context.Context, *auth.Tx, auth.User) error { fired.Add(1); return nil }
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				switch err := e.db.User.Delete(e.ctx, u.ID); {
				case err == nil:
					won.Add(1)
				default:
					e.is(err, auth.ErrNotFound)
				}
			})
		}
		wg.Wait()
		if fired.Load() != 1 || won.Load() != 1 {
			t.Errorf("%d won, on fired %d times", won.Load(), fired.Load())
		}
	}},
	{"D2 many are deleted in the same order of triggers", func(t *testing.T, e *env) {
		e.users(2)
		_, err := e.db.User.DeleteMany(e.ctx, auth.All[auth.User]())
		e.must(err)
		e.fired("user.beforeDelete", "user.onDelete", "user.beforeDelete", "user.onDelete")
	}},
	{"D4 before may reject, and what it wrote is undone", func(t *testing.T, e *env) {
		u := e.user("ada")
		e.tr.User.BeforeDelete = func(ctx context.Context, tx *auth.Tx, _ auth.User) error {
			e.must(write(ctx, tx, "n"))
			return auth.Reject("", "kept", "this user stays")
		}
		e.is(e.db.User.Delete(e.ctx, u.ID), auth.ErrRejected)
		e.count("user", 1)
		e.count("note", 0)
	}},
	{"D1 a before that deletes the row itself fails the delete", func(t *testing.T, e *env) {
		u := e.user("ada")
		e.tr.User.BeforeDelete = func(ctx context.Context, tx *auth.Tx, old auth.User) error {
			return tx.WithoutTriggers().User.Delete(ctx, old.ID)
		}
		e.is(e.db.User.Delete(e.ctx, u.ID), auth.ErrDeletedByTrigger)
		e.count("user", 1)
	}},
}

// family stores a user with a profile, a session, a membership and an
// organization that it owns.
func (e *env) family(name string) auth.User {
	e.Helper()
	u := e.user(name)
	_, err := e.db.Profile.Create(e.ctx, auth.ProfileCreate{UserID: u.ID})
	e.must(err)
	_, err = e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret(name), UserID: u.ID, ExpiresAt: e.now})
	e.must(err)
	o, err := e.db.Organization.Create(e.ctx, auth.OrganizationCreate{Name: name, Slug: name, OwnerID: &u.ID})
	e.must(err)
	_, err = e.db.Member.Create(e.ctx, auth.MemberCreate{UserID: u.ID, OrganizationID: o.ID})
	e.must(err)
	e.tr.Fired()
	return u
}

var cascadeCases = []testCase{
	{"D3 a row of two cycles stays until the first of them goes", func(t *testing.T, e *env) {
		for _, id := range []auth.NodeID{"0", "1", "2"} {
			_, err := e.db.Node.Create(e.ctx, auth.NodeCreate{ID: auth.Set(id), Label: string(id)})
			e.must(err)
		}
		refer := func(id, parent auth.NodeID, friend *auth.NodeID) {
			_, err := e.db.Node.Update(e.ctx, id, auth.NodePatch{ParentID: auth.Set(&parent), FriendID: auth.Set(friend)})
			e.must(err)
		}
		refer("0", "1", nil)
		refer("1", "0", new(auth.NodeID("2")))
		refer("2", "0", nil)
		var gone []string
		e.tr.Node.OnDelete = func(_ context.Context, _ *auth.Tx, n auth.Node) error {
			gone = append(gone, string(n.ID))
			return nil
		}
		e.must(e.db.Node.Delete(e.ctx, "0"))
		if slices.Sort(gone); !slices.Equal(gone, []string{"0", "1", "2"}) {
			t.Errorf("on fired for %v", gone)
		}
		e.count("node", 0)
	}},
	{"D3 a cascade fires the children's triggers, children first", func(t *testing.T, e *env) {
		u := e.family("ada")
		e.tr.User.OnDelete = func(ctx context.Context, tx *auth.Tx, _ auth.User) error {
			n, err := tx.Session.Count(ctx, auth.All[auth.Session]())
			if n != 0 {
				t.Error("the sessions are still there")
			}
			return err
		}
		e.must(e.db.User.Delete(e.ctx, u.ID))
		got := e.tr.Fired()
		if got[0] != "user.beforeDelete" || got[len(got)-1] != "user.onDelete" {
			t.Errorf("fired: %v", got)
		}
		for _, want := range []string{"profile.beforeDelete", "profile.onDelete", "member.onDelete", "organization.onUpdate"} {
			if !slices.Contains(got, want) {
				t.Errorf("%s did not fire: %v", want, got)
			}
		}
		for _, table := range []string{"user", "profile", "session", "member"} {
			e.count(table, 0)
		}
		orgs, err := e.db.Organization.Find(e.ctx, auth.OrganizationQuery{})
		e.must(err)
		if len(orgs) != 1 || orgs[0].OwnerID != nil {
			t.Errorf("organizations: %+v", orgs)
		}
	}},
	{"D3 a child's veto leaves everything in place", func(t *testing.T, e *env) {
		u := e.family("ada")
		e.tr.Profile.OnDelete = func(context.Context, *auth.Tx, auth.Profile) error { return auth.Reject("", "kept", "no") }
		e.is(e.db.User.Delete(e.ctx, u.ID), auth.ErrRejected)
		_, err := e.db.User.DeleteMany(e.ctx, auth.UserCols.ID.Eq(u.ID))
		e.is(err, auth.ErrRejected)
		for _, table := range []string{"user", "profile", "session", "member", "organization"} {
			e.count(table, 1)
		}
	}},
	{"D3 DeleteMany and ConsumeOne cascade too", func(t *testing.T, e *env) {
		e.family("ada")
		e.family("bob")
		_, ok, err := e.db.User.ConsumeOne(e.ctx, auth.UserCols.Name.Eq("ada"))
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		e.count("profile", 1)
		n, err := e.db.User.DeleteMany(e.ctx, auth.All[auth.User]())
		if err != nil || n != 1 {
			t.Fatal(n, err)
		}
		e.count("profile", 0)
		if fired := strings.Join(e.tr.Fired(), " "); strings.Count(fired, "profile.onDelete") != 2 || strings.Count(fired, "member.onDelete") != 2 {
			t.Errorf("fired: %s", fired)
		}
	}},
	{"D3 setNull gives its child new, old and changed", func(t *testing.T, e *env) {
		u := e.family("ada")
		var c auth.OrganizationChange
		e.tr.Org.OnUpdate = func(_ context.Context, _ *auth.Tx, change auth.OrganizationChange) error { c = change; return nil }
		e.must(e.db.User.Delete(e.ctx, u.ID))
		if !c.Changed.OwnerID || c.Old.OwnerID == nil || *c.Old.OwnerID != u.ID || c.New.OwnerID != nil {
			t.Errorf("change: %+v", c)
		}
	}},
	{"D3 a quiet delete lets the database cascade", func(t *testing.T, e *env) {
		u := e.family("ada")
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error { return tx.WithoutTriggers().User.Delete(ctx, u.ID) }))
		e.fired()
		e.count("profile", 0)
		e.count("member", 0)
	}},
	{"D3 restrict keeps the parent", func(t *testing.T, e *env) {
		u := e.user("ada")
		_, err := e.db.Note.Create(e.ctx, auth.NoteCreate{ID: "n", Text: "n", UserID: &u.ID})
		e.must(err)
		e.is(e.db.User.Delete(e.ctx, u.ID), auth.ErrForeignKey)
		e.count("user", 1)
	}},
	{"D3 each row of a cycle is deleted once", func(t *testing.T, e *env) {
		mk := func(label string, parent *auth.NodeID) auth.Node {
			n, err := e.db.Node.Create(e.ctx, auth.NodeCreate{ID: auth.Set(auth.NodeID(label)), Label: label, ParentID: parent})
			e.must(err)
			return n
		}
		a := mk("a", nil)
		b := mk("b", &a.ID)
		c := mk("c", &b.ID)
		mk("leaf", &b.ID)
		_, err := e.db.Node.Update(e.ctx, a.ID, auth.NodePatch{ParentID: auth.Set(&c.ID)})
		e.must(err)
		var order []string
		e.tr.Node.OnDelete = func(_ context.Context, _ *auth.Tx, n auth.Node) error { order = append(order, n.Label); return nil }
		e.must(e.db.Node.Delete(e.ctx, a.ID))
		if slices.Sort(order); !slices.Equal(order, []string{"a", "b", "c", "leaf"}) {
			t.Errorf("deleted: %v", order)
		}
		e.count("node", 0)
	}},
	{"D3 a row that refers to itself is deleted once", func(t *testing.T, e *env) {
		n, err := e.db.Node.Create(e.ctx, auth.NodeCreate{Label: "self"})
		e.must(err)
		_, err = e.db.Node.Update(e.ctx, n.ID, auth.NodePatch{ParentID: auth.Set(&n.ID)})
		e.must(err)
		e.tr.Fired()
		got, err := e.db.Node.DeleteMany(e.ctx, auth.All[auth.Node]())
		if err != nil || got != 1 {
			t.Fatal(got, err)
		}
		e.fired("node.beforeDelete", "node.onDelete")
	}},
	{"D3 a row that leads to one that is put off is put off with it", func(t *testing.T, e *env) {
		// Deleting a visits b, then c, and d below c, which are put off; then y,
		// to which d refers.
		id := func(label string) auth.NodeID { return auth.NodeID(label) }
		refers := map[string][2]string{"a": {"c", ""}, "b": {"a", ""}, "c": {"b", "d"}, "d": {"c", "y"}, "y": {"b", ""}}
		for label := range refers {
			_, err := e.db.Node.Create(e.ctx, auth.NodeCreate{ID: auth.Set(id(label)), Label: label})
			e.must(err)
		}
		for label, to := range refers {
			patch := auth.NodePatch{ParentID: auth.Set(new(id(to[0])))}
			if to[1] != "" {
				patch.FriendID = auth.Set(new(id(to[1])))
			}
			_, err := e.db.Node.Update(e.ctx, id(label), patch)
			e.must(err)
		}
		fired := map[string]int{}
		e.tr.Node.OnDelete = func(_ context.Context, _ *auth.Tx, n auth.Node) error { fired[n.Label]++; return nil }
		e.must(e.db.Node.Delete(e.ctx, "a"))
		if want := map[string]int{"a": 1, "b": 1, "c": 1, "d": 1, "y": 1}; !maps.Equal(fired, want) {
			t.Errorf("on fired %v", fired)
		}
		e.count("node", 0)
	}},
	{"D3 many rows of one cycle are deleted once each", func(t *testing.T, e *env) {
		for i, label := range []string{"a", "b", "c"} {
			_, err := e.db.Node.Create(e.ctx, auth.NodeCreate{ID: auth.Set(auth.NodeID(label)), Label: label})
			e.must(err)
			if i > 0 {
				parent := auth.NodeID([]string{"a", "b"}[i-1])
				_, err = e.db.Node.Update(e.ctx, auth.NodeID(label), auth.NodePatch{ParentID: auth.Set(&parent)})
				e.must(err)
			}
		}
		last := auth.NodeID("c")
		_, err := e.db.Node.Update(e.ctx, "a", auth.NodePatch{ParentID: auth.Set(&last)})
		e.must(err)
		fired := map[string]int{}
		e.tr.Node.OnDelete = func(_ context.Context, _ *auth.Tx, n auth.Node) error { fired[n.Label]++; return nil }
		_, err = e.db.Node.DeleteMany(e.ctx, auth.All[auth.Node]())
		e.must(err)
		for _, label := range []string{"a", "b", "c"} {
			if fired[label] != 1 {
				t.Errorf("on fired %d times for %s", fired[label], label)
			}
		}
		e.count("node", 0)
	}},
}
