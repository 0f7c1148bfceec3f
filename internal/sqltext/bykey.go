package sqltext

import (
	"encoding/json"

	"github.com/authgen/authgen/dialect"
)

// A ByKey is a statement that changes rows of a table by their keys, and touches no
// other row.
//
// MySQL and MariaDB read the whole of a small table for WHERE key IN (…), and would wait
// for the end of every transaction that has put a row into it. So the statement joins the
// table to a list of keys. The database then looks up each row by the index of the key.
type ByKey[T int64 | string] struct {
	Table, Column string
	Keys          List[T]
	And           string // a further condition, after the keys
	Args          []any  // of And
}

// keyType is the type of a list's keys in JSON_TABLE.
func (b ByKey[T]) keyType() string {
	if _, number := any(b.Keys).(List[int64]); number {
		return "BIGINT"
	}
	return "VARCHAR(36) CHARACTER SET utf8mb4"
}

// joined returns the tables of a statement that joins the keys, and the list of keys
// as the value of their placeholder.
func (b ByKey[T]) joined() (tables string, keys any) {
	text, _ := json.Marshal(b.Keys) // numbers and strings can always be encoded
	return `JSON_TABLE(?, '$[*]' COLUMNS ("key" ` + b.keyType() + ` PATH '$')) AS "keys" STRAIGHT_JOIN "` + b.Table + `" FORCE INDEX FOR JOIN (PRIMARY) ON "` + b.Table + `"."` + b.Column + `" = "keys"."key"`, string(text)
}

func (b ByKey[T]) where(before string) string {
	if b.And == "" {
		return before
	}
	if before == "" {
		return " WHERE " + b.And
	}
	return before + " AND " + b.And
}

// Delete returns the DELETE, to be rendered.
func (b ByKey[T]) Delete(w dialect.Words) (query string, args []any) {
	if w.ScansSmallTables {
		tables, keys := b.joined()
		return `DELETE "` + b.Table + `" FROM ` + tables + b.where(""), append([]any{keys}, b.Args...)
	}
	return `DELETE FROM "` + b.Table + `"` + b.where(` WHERE "`+b.Column+`" ?`), append([]any{b.Keys}, b.Args...)
}

// Update returns the UPDATE that sets columns, to be rendered.
func (b ByKey[T]) Update(w dialect.Words, set string, values ...any) (query string, args []any) {
	if w.ScansSmallTables {
		tables, keys := b.joined()
		return `UPDATE ` + tables + ` SET ` + set + b.where(""), append(append([]any{keys}, values...), b.Args...)
	}
	return `UPDATE "` + b.Table + `" SET ` + set + b.where(` WHERE "`+b.Column+`" ?`), append(append(values, any(b.Keys)), b.Args...)
}
