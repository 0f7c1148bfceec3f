package sqltext_test

import (
	"reflect"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
)

func TestRender(t *testing.T) {
	const query = `UPDATE "t" SET "a" = ? WHERE "id" ? AND "b" < ?`
	ids := sqltext.List[string]{"x", "y", "z"}
	for kind, want := range map[dialect.Kind]struct {
		text string
		args []any
	}{
		dialect.SQLite:   {"UPDATE `t` SET `a` = ? WHERE `id` IN (SELECT value FROM json_each(?)) AND `b` < ?", []any{1, `["x","y","z"]`, 2}},
		dialect.Postgres: {`UPDATE "t" SET "a" = $1 WHERE "id" = ANY($2) AND "b" < $3`, []any{1, []string{"x", "y", "z"}, 2}},
		dialect.MySQL:    {"UPDATE `t` SET `a` = ? WHERE `id` IN (?, ?, ?, ?) AND `b` < ?", []any{1, "x", "y", "z", "z", 2}},
	} {
		text, args := sqltext.Render(kind.Words(), query, []any{1, ids, 2})
		if text != want.text || !reflect.DeepEqual(args, want.args) {
			t.Errorf("%v: %s %v\nwant %s %v", kind, text, args, want.text, want.args)
		}
	}
}

func TestByKey(t *testing.T) {
	b := sqltext.ByKey[int64]{Table: "t", Column: "n", Keys: sqltext.List[int64]{1, 2}, And: `"c" = ?`, Args: []any{9}}
	for kind, want := range map[dialect.Kind]string{
		dialect.Postgres: `DELETE FROM "t" WHERE "n" = ANY($1) AND "c" = $2`,
		dialect.MySQL:    "DELETE `t` FROM JSON_TABLE(?, '$[*]' COLUMNS (`key` BIGINT PATH '$')) AS `keys` STRAIGHT_JOIN `t` FORCE INDEX FOR JOIN (PRIMARY) ON `t`.`n` = `keys`.`key` WHERE `c` = ?",
	} {
		query, args := b.Delete(kind.Words())
		if text, _ := sqltext.Render(kind.Words(), query, args); text != want {
			t.Errorf("%v: %s\nwant %s", kind, text, want)
		}
	}
}
