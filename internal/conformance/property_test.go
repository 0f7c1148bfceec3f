package conformance

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/internal/testdb"
)

// anyTerm draws a tree of terms.
func anyTerm(depth int) *rapid.Generator[term] {
	return rapid.Custom(func(t *rapid.T) term {
		kinds := 1
		if depth > 0 {
			kinds = 4
		}
		switch rapid.IntRange(0, kinds-1).Draw(t, "node") {
		case 0:
			return rapid.SampledFrom(rapid.SampledFrom(modelledColumns).Draw(t, "column").draw(t)).Draw(t, "term")
		case 1:
			return anyTerm(depth-1).Draw(t, "term").not()
		case 2:
			a, b := anyTerm(depth-1).Draw(t, "left"), anyTerm(depth-1).Draw(t, "right")
			return term{auth.And(a.predicate, b.predicate), func(s auth.Sample) truth { return min(a.of(s), b.of(s)) }, "(" + a.text + " and " + b.text + ")"}
		default:
			a, b := anyTerm(depth-1).Draw(t, "left"), anyTerm(depth-1).Draw(t, "right")
			return term{auth.Or(a.predicate, b.predicate), func(s auth.Sample) truth { return max(a.of(s), b.of(s)) }, "(" + a.text + " or " + b.text + ")"}
		}
	})
}

// TestPredicatesAgainstAModel compares what a database finds with what the
// predicate means.
func TestPredicatesAgainstAModel(t *testing.T) {
	onEach(t, func(t *testing.T, db database) {
		e := newEnv(t, db.open(t))
		rows := e.modelRows()
		rapid.Check(t, func(t *rapid.T) {
			if complaint := e.disagrees(anyTerm(3).Draw(t, "predicate"), rows); complaint != "" {
				t.Fatal(complaint)
			}
		})
	})
}

// TestPatchesAgainstAModel applies random patches and compares the stored row
// with one that is patched by hand.
func TestPatchesAgainstAModel(t *testing.T) {
	onEach(t, func(t *testing.T, db database) {
		e := newEnv(t, db.open(t))
		u := e.user("ada")
		rapid.Check(t, func(t *rapid.T) {
			var p auth.UserPatch
			want := u
			if rapid.Bool().Draw(t, "set name") {
				want.Name = rapid.SampledFrom(texts).Draw(t, "name")
				p.Name.Set(want.Name)
			}
			if rapid.Bool().Draw(t, "set visits") {
				want.Visits = rapid.IntRange(-5, 5).Draw(t, "visits")
				p.Visits.Set(want.Visits)
			}
			switch rapid.IntRange(0, 2).Draw(t, "image") {
			case 1:
				want.Image = nil
				p.Image = auth.Null[string]()
			case 2:
				want.Image = new(rapid.SampledFrom(texts).Draw(t, "image"))
				p.Image.Set(want.Image)
			}
			e.tr.User.OnUpdate = func(_ context.Context, _ *auth.Tx, c auth.UserChange) error {
				changed := auth.UserChanged{
					Name: want.Name != u.Name, Visits: want.Visits != u.Visits,
					Image: deref(want.Image) != deref(u.Image),
				}
				if c.Changed != changed {
					t.Errorf("changed is %+v, want %+v", c.Changed, changed)
				}
				return nil
			}
			got, err := e.db.User.Update(e.ctx, u.ID, p)
			if err != nil {
				t.Fatal(err)
			}
			stored, err := e.db.User.Get(e.ctx, u.ID)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got, stored); diff != "" {
				t.Fatalf("returned and stored differ: %s", diff)
			}
			want.UpdatedAt = stored.UpdatedAt
			if diff := cmp.Diff(want, stored); diff != "" {
				t.Fatalf("meant and stored differ: %s", diff)
			}
			u = stored
		})
	})
}

// deref returns what p points at, or something no word is.
func deref(p *string) string {
	if p == nil {
		return "<null>"
	}
	return *p
}

// TestCascadesAgainstAModel deletes from random graphs of nodes, cycles among
// them, and compares what fired with what the references lead to.
func TestCascadesAgainstAModel(t *testing.T) {
	onEach(t, func(t *testing.T, db database) {
		if strings.HasPrefix(db.name, "mysql") && !testdb.IsMariaDB(t) {
			t.Skip("MySQL itself refuses to delete in a cycle of two cascading references (error 6575)")
		}
		e := newEnv(t, db.open(t))
		rapid.Check(t, func(t *rapid.T) {
			e.exec(`DELETE FROM node`)
			n := rapid.IntRange(1, 9).Draw(t, "nodes")
			id := func(i int) auth.NodeID { return auth.NodeID(fmt.Sprint(i)) }
			parents, friends := make([]int, n), make([]int, n)
			for i := range n {
				_, err := e.db.Node.Create(e.ctx, auth.NodeCreate{ID: auth.Set(id(i)), Label: fmt.Sprint(i)})
				e.must(err)
			}
			for i := range n {
				var refers auth.NodePatch
				if parents[i] = rapid.IntRange(-1, n-1).Draw(t, "parent"); parents[i] >= 0 {
					refers.ParentID = auth.Set(new(id(parents[i])))
				}
				if friends[i] = rapid.IntRange(-2, n-1).Draw(t, "friend"); friends[i] >= 0 {
					refers.FriendID = auth.Set(new(id(friends[i])))
				}
				_, err := e.db.Node.Update(e.ctx, id(i), refers)
				e.must(err)
			}
			first := rapid.IntRange(0, n-1).Draw(t, "first")
			want := map[auth.NodeID]int{id(first): 1}
			for grew := true; grew; {
				grew = false
				for i := range n {
					goes := parents[i] >= 0 && want[id(parents[i])] == 1 || friends[i] >= 0 && want[id(friends[i])] == 1
					if goes && want[id(i)] == 0 {
						want[id(i)], grew = 1, true
					}
				}
			}
			befores, ons := map[auth.NodeID]int{}, map[auth.NodeID]int{}
			e.tr.Node.BeforeDelete = func(ctx context.Context, tx *auth.Tx, n auth.Node) error {
				befores[n.ID]++
				_, err := tx.Node.Get(ctx, n.ID) // still there
				return err
			}
			e.tr.Node.OnDelete = func(ctx context.Context, tx *auth.Tx, n auth.Node) error {
				ons[n.ID]++
				if ok, err := tx.Node.Exists(ctx, auth.NodeCols.ID.Eq(n.ID)); ok || err != nil {
					return fmt.Errorf("node %s is still there: %v, %w", n.ID, ok, err)
				}
				return nil
			}
			if err := e.db.Node.Delete(e.ctx, id(first)); err != nil {
				t.Fatal(err)
			}
			left, err := e.db.Node.Count(e.ctx, auth.All[auth.Node]())
			e.must(err)
			if diff := cmp.Diff(want, befores); diff != "" {
				t.Fatalf("parents %v, friends %v, deleting %d: before: %s", parents, friends, first, diff)
			}
			if diff := cmp.Diff(want, ons); diff != "" || left != n-len(want) {
				t.Fatalf("parents %v, friends %v, deleting %d: %d left; on: %s", parents, friends, first, left, diff)
			}
		})
	})
}
