package conformance

import (
	"context"
	"slices"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// typedCases are about text that another program keeps in a type of its own.
var typedCases = []testCase{
	{"W8 a column of an enum type is compared, and sorts, as text", func(t *testing.T, e *env) {
		for _, statement := range by(e, nil,
			[]string{
				`ALTER TABLE "user" DROP CONSTRAINT user_role_check`, `CREATE TYPE roles AS ENUM ('user', 'other', 'admin')`,
				`ALTER TABLE "user" ALTER role DROP DEFAULT, ALTER role TYPE roles USING role::roles`,
			},
			[]string{"ALTER TABLE user MODIFY role enum('user', 'other', 'admin') CHARACTER SET utf8mb4 /*M!COLLATE utf8mb4_nopad_bin*/ /*!80017 COLLATE utf8mb4_0900_bin*/ NOT NULL"},
		) {
			e.exec(statement)
		}
		e.raw.Pool.SetMaxIdleConns(0) // whose statements were prepared for the column that was
		e.raw.Pool.SetMaxIdleConns(32)
		db := e.open()
		for _, role := range []auth.UserRole{auth.UserRoleUser, auth.UserRoleAdmin} {
			_, err := db.User.Create(e.ctx, auth.UserCreate{Name: string(role), Email: string(role), Role: auth.Set(role)})
			e.must(err)
		}
		const admin, user = auth.UserRoleAdmin, auth.UserRoleUser
		role := auth.UserCols.Role
		for name, c := range map[string]struct {
			where auth.Predicate[auth.User]
			want  []auth.UserRole
		}{
			"all": {auth.All[auth.User](), []auth.UserRole{admin, user}}, "Eq": {role.Eq(user), []auth.UserRole{user}},
			"Eq of none": {role.Eq("nobody"), nil}, "Ne of none": {role.Ne("nobody"), []auth.UserRole{admin, user}},
			"In": {role.In(user, admin), []auth.UserRole{admin, user}}, "In with none": {role.In("nobody", user), []auth.UserRole{user}},
			"NotIn with none": {role.NotIn("nobody", user), []auth.UserRole{admin}}, "Not": {auth.Not(role.Gte("b")), []auth.UserRole{admin}},
			"Lt": {role.Lt(user), []auth.UserRole{admin}}, "Lte": {role.Lte("b"), []auth.UserRole{admin}}, "Gt": {role.Gt(admin), []auth.UserRole{user}},
			"Or of none": {auth.Or(role.Eq("nobody"), role.Eq(admin)), []auth.UserRole{admin}}, "Contains": {role.Contains("m"), []auth.UserRole{admin}},
			"StartsWith": {role.StartsWith("us"), []auth.UserRole{user}}, "EndsWith": {role.EndsWith("er"), []auth.UserRole{user}},
			"EqFold": {role.EqFold("USER"), []auth.UserRole{user}}, "InFold": {role.InFold("NOBODY", "ADMIN"), []auth.UserRole{admin}},
			"ContainsFold": {role.ContainsFold("SE"), []auth.UserRole{user}},
		} {
			descending := slices.Clone(c.want)
			slices.Reverse(descending)
			for _, by := range []struct {
				order auth.UserOrder
				want  []auth.UserRole
			}{{auth.UserOrder{role.Asc()}, c.want}, {auth.UserOrder{role.Desc()}, descending}} {
				found, err := db.User.Find(e.ctx, auth.UserQuery{Where: c.where, OrderBy: by.order})
				if err != nil || !slices.EqualFunc(found, by.want, func(u auth.User, r auth.UserRole) bool { return u.Role == r }) {
					t.Errorf("%s gives %d rows (%v), want %v", name, len(found), err, by.want)
				}
			}
			if n, err := db.User.Count(e.ctx, c.where); err != nil || n != len(c.want) {
				t.Errorf("Count of %s is %d (%v), want %d", name, n, err, len(c.want))
			}
		}
		if e.kind() == dialect.Postgres {
			e.exec(`ALTER TYPE roles ADD VALUE 'later'`)
			if n, err := db.User.Count(e.ctx, role.Lt("later")); err != nil || n != 1 {
				t.Errorf("after a value was added to the type, %d rows are less (%v), not 1", n, err)
			}
		}
	}},
	{"W9 a column of uuid is compared as text, with values that are none too", func(t *testing.T, e *env) {
		if e.kind() != dialect.Postgres {
			t.Skip("uuid is a type of Postgres")
		}
		e.altered = true
		e.exec(`ALTER TABLE note ALTER id TYPE uuid USING id::uuid`)
		db := e.open(auth.WithSchemaCheck(auth.IgnoreDifferences))
		const id, other = auth.NoteID("6f9619ff-8b86-4d01-b42d-00cf4fc964ff"), auth.NoteID("6f9619ff-8b86-4d01-b42d-00cf4fc96500")
		for _, id := range []auth.NoteID{other, id} {
			_, err := db.Note.Create(e.ctx, auth.NoteCreate{ID: id, Text: "n"})
			e.must(err)
		}
		col := auth.NoteCols.ID
		e.must(db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			for _, none := range []auth.NoteID{"nobody", "", id + " ", "{" + id + "}"} {
				_, err := tx.Note.Get(ctx, none)
				e.is(err, auth.ErrNotFound)
				_, err = tx.Note.GetForUpdate(ctx, none)
				e.is(err, auth.ErrNotFound)
				_, err = tx.Note.Update(ctx, none, auth.NotePatch{Text: auth.Set("x")})
				e.is(err, auth.ErrNotFound)
				e.is(tx.Note.Delete(ctx, none), auth.ErrNotFound)
				for name, c := range map[string]struct {
					where auth.Predicate[auth.Note]
					want  int
				}{
					"Eq": {col.Eq(none), 0}, "Ne": {col.Ne(none), 2}, "In": {col.In(none, id), 1}, "NotIn": {col.NotIn(none, id), 1},
				} {
					if n, err := tx.Note.Count(ctx, c.where); err != nil || n != c.want {
						t.Errorf("%s of %q finds %d (%v), want %d", name, none, n, err, c.want)
					}
				}
			}
			got, err := tx.Note.Get(ctx, id)
			if err == nil && got.ID != id {
				t.Errorf("Get gives %+v", got)
			}
			return err
		}))
		found, err := db.Note.Find(e.ctx, auth.NoteQuery{Where: auth.And(col.Gte("6f96"), col.Lt("6f97"))})
		e.must(err)
		if len(found) != 2 || found[0].ID != id || found[1].ID != other {
			t.Errorf("found %+v", found)
		}
		e.must(db.Note.Delete(e.ctx, id))
	}},
}
