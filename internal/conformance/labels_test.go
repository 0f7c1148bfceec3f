package conformance

import (
	"slices"
	"testing"

	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/runtime"
)

// labelCases are about enums that another program keeps in a type of its own.
var labelCases = []testCase{
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
		if e.kind() == runtime.Postgres {
			e.exec(`ALTER TYPE roles ADD VALUE 'later'`)
			if n, err := db.User.Count(e.ctx, role.Lt("later")); err != nil || n != 1 {
				t.Errorf("after a value was added to the type, %d rows are less (%v), not 1", n, err)
			}
		}
	}},
}
