package model_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// constsOf returns the constants of an enum by their values, without the type.
func constsOf(t *testing.T, values ...string) map[string]string {
	t.Helper()
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = "'" + strings.ReplaceAll(v, "'", "''") + "'"
	}
	m, problems := load("tables: {user: {fields: {x: {type: string, enum: [" + strings.Join(quoted, ", ") + "]}}}}")
	if len(problems) > 0 {
		return nil
	}
	consts := map[string]string{}
	for _, v := range m.Tables[0].Enums[0].Values {
		consts[v.Value] = strings.TrimPrefix(v.Const, "UserX")
	}
	return consts
}

func TestEnumConstants(t *testing.T) {
	for _, c := range []struct{ values, want string }{
		{"user admin", "User Admin"},
		{"A+ A-", "APlus AMinus"},
		{"A- A+", "AMinus APlus"},
		{"repo:write", "RepoWrite"},
		{"repo.write repo:write repo/write other", "RepoDotWrite RepoColonWrite RepoSlashWrite Other"},
		{"admin Admin", "admin Admin"},
		{"+ - é", "Plus Minus É"},
		{"A+ APlus", "A APlus"},
	} {
		values := strings.Fields(c.values)
		consts := constsOf(t, values...)
		var got []string
		for _, v := range values {
			got = append(got, consts[v])
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: %s, want %s", c.values, text, c.want)
		}
	}
}

// TestEnumConstantsFollowFromValues shuffles lists of values: what a constant
// stands for does not depend on their order.
func TestEnumConstantsFollowFromValues(t *testing.T) {
	value := rapid.StringMatching(`[aA][ +:/._-]{0,2}[bB]?`).Filter(func(s string) bool { return strings.TrimSpace(s) == s })
	rapid.Check(t, func(rt *rapid.T) {
		values := rapid.SliceOfNDistinct(value, 1, 8, rapid.ID).Draw(rt, "values")
		consts := constsOf(t, values...)
		seen := map[string]bool{}
		for v, name := range consts {
			if seen[name] {
				rt.Errorf("%q has the name %s of another", v, name)
			}
			seen[name] = true
		}
		shuffled := rapid.Permutation(slices.Clone(values)).Draw(rt, "shuffled")
		for v, name := range constsOf(t, shuffled...) {
			if consts[v] != name {
				rt.Errorf("%q is %s in %q, and %s in %q", v, consts[v], values, name, shuffled)
			}
		}
	})
}
