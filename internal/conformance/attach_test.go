package conformance

import (
	"context"
	"maps"
	"testing"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// Rows that a trigger attaches to one which is being deleted.
var attachCases = []testCase{
	{"D3 a row that a trigger lets refer to the one being deleted goes with its triggers", func(t *testing.T, e *env) {
		e.nodes(map[string]string{"a": "", "b": "a", "late": ""})
		e.tr.Node.BeforeDelete = func(ctx context.Context, tx *auth.Tx, old auth.Node) error {
			if old.Label != "b" {
				return nil
			}
			_, err := tx.Node.Update(ctx, "late", auth.NodePatch{ParentID: auth.Set(new(auth.NodeID("a")))})
			return err
		}
		e.deletesOnce("a", "b", "late")
	}},
	{"D3 a row that a trigger attaches once the rows of a cycle are put off goes with its triggers", func(t *testing.T, e *env) {
		// Deleting a visits b and c, which lead back to a, and then d.
		e.nodes(map[string]string{"a": "c", "b": "a", "c": "b", "late": ""})
		_, err := e.db.Node.Create(e.ctx, auth.NodeCreate{ID: auth.Set(auth.NodeID("d")), Label: "d", FriendID: new(auth.NodeID("a"))})
		e.must(err)
		e.tr.Node.OnDelete = func(ctx context.Context, tx *auth.Tx, old auth.Node) error {
			if old.Label != "d" {
				return nil
			}
			n, err := tx.Node.UpdateMany(ctx, auth.NodeCols.ID.Eq("late"), auth.NodePatch{ParentID: auth.Set(new(auth.NodeID("c")))})
			if n != 1 {
				t.Errorf("%d rows were attached", n)
			}
			return err
		}
		e.deletesOnce("a", "b", "c", "d", "late")
	}},
	{"D3 a row that a trigger creates for a row whose turn is over goes with its triggers", func(t *testing.T, e *env) {
		u := e.family("ada")
		e.withoutProfile(u)
		e.tr.Member.OnDelete = func(ctx context.Context, tx *auth.Tx, _ auth.Member) error {
			_, err := tx.Profile.Create(ctx, auth.ProfileCreate{UserID: u.ID})
			return err
		}
		e.must(e.db.User.Delete(e.ctx, u.ID))
		e.fired("user.beforeDelete", "member.onDelete", "profile.beforeCreate", "profile.onCreate",
			"organization.onUpdate", "profile.beforeDelete", "profile.onDelete", "user.onDelete")
		e.count("profile", 0)
	}},
	{"D3 rows that a trigger creates in one statement go with their triggers", func(t *testing.T, e *env) {
		u := e.family("ada")
		e.withoutProfile(u)
		e.tr.Org.OnUpdate = func(ctx context.Context, tx *auth.Tx, c auth.OrganizationChange) error {
			_, err := tx.WithoutTriggers().Member.CreateMany(ctx, []auth.MemberCreate{{UserID: u.ID, OrganizationID: c.New.ID}})
			return err
		}
		e.must(e.db.User.Delete(e.ctx, u.ID))
		e.fired("user.beforeDelete", "member.onDelete", "organization.onUpdate", "member.onDelete", "user.onDelete")
		e.count("member", 0)
	}},
	{"D3 a row that a trigger attaches by SQL of its own goes with its triggers", func(t *testing.T, e *env) {
		e.nodes(map[string]string{"a": "", "b": "a", "late": ""})
		e.tr.Node.OnDelete = func(ctx context.Context, tx *auth.Tx, old auth.Node) error {
			if old.Label != "b" {
				return nil
			}
			_, err := tx.SQL().ExecContext(ctx, e.sql(`UPDATE node SET "parentId" = 'a' WHERE id = 'late'`))
			return err
		}
		e.deletesOnce("a", "b", "late")
	}},
	{"D3 a row that a trigger of the database attaches goes with its triggers", func(t *testing.T, e *env) {
		u := e.family("ada")
		e.withoutProfile(u)
		const insert = `INSERT INTO profile (id, "userId", bio) VALUES ('late', OLD."userId", '')`
		for _, s := range by(e, []string{
			`CREATE TRIGGER attach AFTER DELETE ON member BEGIN ` + insert + `; END`,
		}, []string{
			`CREATE FUNCTION attach() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ` + insert + `; RETURN NULL; END $$`,
			`CREATE TRIGGER attach AFTER DELETE ON member FOR EACH ROW EXECUTE FUNCTION attach()`,
		}, []string{
			`CREATE TRIGGER attach AFTER DELETE ON member FOR EACH ROW ` + e.sql(insert),
		}) {
			e.exec(s)
		}
		e.db = e.open()
		e.must(e.db.User.Delete(e.ctx, u.ID))
		e.fired("user.beforeDelete", "member.onDelete", "organization.onUpdate", "profile.beforeDelete", "profile.onDelete", "user.onDelete")
		e.count("profile", 0)
	}},
	{"D3 triggers that attach rows without end are ErrDepth", func(t *testing.T, e *env) {
		u := e.family("ada")
		e.tr.Member.OnDelete = func(ctx context.Context, tx *auth.Tx, old auth.Member) error {
			_, err := tx.Member.Create(ctx, auth.MemberCreate{UserID: old.UserID, OrganizationID: old.OrganizationID})
			return err
		}
		err := e.db.User.Delete(e.ctx, u.ID)
		e.is(err, auth.ErrDepth)
		if want := "user: each time that the rows which go with a row were deleted, a trigger attached another"; err.Error() != want {
			t.Errorf("error: %v", err)
		}
		for _, table := range []string{"user", "profile", "session", "member", "organization"} {
			e.count(table, 1)
		}
	}},
}

// nodes stores nodes by label, each with the label of its parent.
func (e *env) nodes(parents map[string]string) {
	e.Helper()
	for label := range parents {
		_, err := e.db.Node.Create(e.ctx, auth.NodeCreate{ID: auth.Set(auth.NodeID(label)), Label: label})
		e.must(err)
	}
	for label, parent := range parents {
		if parent != "" {
			_, err := e.db.Node.Update(e.ctx, auth.NodeID(label), auth.NodePatch{ParentID: auth.Set(new(auth.NodeID(parent)))})
			e.must(err)
		}
	}
}

// deletesOnce deletes the first node, and looks that the triggers of it and of the
// others fire once each, and that no node is left.
func (e *env) deletesOnce(labels ...string) {
	e.Helper()
	fired, want := map[string]int{}, map[string]int{}
	on := e.tr.Node.OnDelete
	e.tr.Node.OnDelete = func(ctx context.Context, tx *auth.Tx, old auth.Node) error {
		fired[old.Label]++
		if on == nil {
			return nil
		}
		return on(ctx, tx, old)
	}
	e.must(e.db.Node.Delete(e.ctx, auth.NodeID(labels[0])))
	for _, label := range labels {
		want[label] = 1
	}
	if !maps.Equal(fired, want) {
		e.Errorf("on fired %v, want %v", fired, want)
	}
	e.count("node", 0)
}

// withoutProfile deletes the profile of a user, without its triggers.
func (e *env) withoutProfile(u auth.User) {
	e.Helper()
	e.quietly(func(ctx context.Context, tx *auth.Tx) error {
		_, err := tx.Profile.DeleteMany(ctx, auth.ProfileCols.UserID.Eq(u.ID))
		return err
	})
}
