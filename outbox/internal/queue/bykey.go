package queue

import (
	"encoding/json"

	"github.com/authgen/authgen/dialect"
)

// byKey is a statement that changes rows of one of the outbox's tables by their
// keys, and touches no other row.
//
// MySQL and MariaDB read the whole of a small table for WHERE key IN (…), and
// would wait for the end of every transaction that has put a row into it. Joined
// to a list of keys by that index, each row is looked up.
type byKey[T int64 | string] struct {
	table, column string
	keys          List[T]
	and           string // a further condition, after the keys
	args          []any  // of it
}

// keyType is the type of a list's keys in JSON_TABLE.
func (b byKey[T]) keyType() string {
	if _, number := any(b.keys).(List[int64]); number {
		return "BIGINT"
	}
	return "VARCHAR(36) CHARACTER SET utf8mb4"
}

// joined returns the tables of the statement on MySQL, and the list of keys as
// the value of their placeholder.
func (b byKey[T]) joined() (tables string, keys any) {
	text, _ := json.Marshal(b.keys) // numbers and strings can always be
	return `JSON_TABLE(?, '$[*]' COLUMNS ("key" ` + b.keyType() + ` PATH '$')) AS "keys" STRAIGHT_JOIN "` + b.table + `" FORCE INDEX FOR JOIN (PRIMARY) ON "` + b.table + `"."` + b.column + `" = "keys"."key"`, string(text)
}

func (b byKey[T]) where(before string) string {
	if b.and == "" {
		return before
	}
	if before == "" {
		return " WHERE " + b.and
	}
	return before + " AND " + b.and
}

// remove returns the DELETE.
func (b byKey[T]) remove(kind dialect.Kind) (query string, args []any) {
	if kind == dialect.MySQL {
		tables, keys := b.joined()
		return `DELETE "` + b.table + `" FROM ` + tables + b.where(""), append([]any{keys}, b.args...)
	}
	return `DELETE FROM "` + b.table + `"` + b.where(` WHERE "`+b.column+`" ?`), append([]any{b.keys}, b.args...)
}

// update returns the UPDATE that sets columns.
func (b byKey[T]) update(kind dialect.Kind, set string, values ...any) (query string, args []any) {
	if kind == dialect.MySQL {
		tables, keys := b.joined()
		return `UPDATE ` + tables + ` SET ` + set + b.where(""), append(append([]any{keys}, values...), b.args...)
	}
	return `UPDATE "` + b.table + `" SET ` + set + b.where(` WHERE "`+b.column+`" ?`), append(append(values, any(b.keys)), b.args...)
}
