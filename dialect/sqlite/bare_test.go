package sqlite

import "testing"

func TestBare(t *testing.T) {
	for _, c := range []struct{ query, want string }{
		{"SELECT `id`, `a``b` FROM `user` WHERE `id` = ?", "SELECT +`id` AS _, +`a``b` AS _ FROM `user` WHERE `id` = ?"},
		{"UPDATE `t` SET `a` = ? RETURNING `id`", "UPDATE `t` SET `a` = ? RETURNING +`id` AS _"},
		{"DELETE FROM `t` WHERE `a` = ' RETURNING `x`'", "DELETE FROM `t` WHERE `a` = ' RETURNING `x`'"},
		{"SELECT `_`, `id` FROM `t` ORDER BY `_`", "SELECT `_`, `id` FROM `t` ORDER BY `_`"},
		{"SELECT count(*) FROM `t`", "SELECT count(*) FROM `t`"},
		{"SELECT `id`, max(`a`) FROM `t`", "SELECT `id`, max(`a`) FROM `t`"},
		{"SELECT `id", "SELECT `id"},
		{"SELECT `id`, ", "SELECT `id`, "},
		{"COMMIT", "COMMIT"},
	} {
		if got := bare(c.query); got != c.want {
			t.Errorf("%s\n  is %s\nwant %s", c.query, got, c.want)
		}
	}
}
