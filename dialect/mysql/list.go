package mysql

import (
	"encoding/hex"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/authgen/authgen/dialect"
)

// MaxArgs returns the largest number of 16 bits, in which COM_STMT_PREPARE counts.
func (*mysqlDialect) MaxArgs() int { return 65_535 }

// listLimit is how many values of IN get placeholders. Longer lists are sent as one JSON
// text.
const listLimit = 10_000

// AppendIn appends the list as placeholders. A long list becomes a table that the server
// makes of a JSON text.
func (d *mysqlDialect) AppendIn(b dialect.Writer, o dialect.Operand, not bool, vs []any) {
	b.In(o, not)
	if len(vs) <= listLimit && !b.Crowded(len(vs)) {
		b.BindList(vs)
	} else {
		list, value, sqlType := d.jsonList(vs)
		b.Text("SELECT " + value + " FROM JSON_TABLE(")
		b.Bind(dialect.JSON(list))
		b.Text(", '$[*]' COLUMNS (v " + sqlType + " PATH '$')) AS authgen_list")
	}
	b.Text(")")
}

// jsonList returns values of one type in JSON, their SQL type, and the expression that makes
// a value of that.
func (d *mysqlDialect) jsonList(vs []any) (list []any, value, sqlType string) {
	list = make([]any, len(vs))
	longest := 0
	for i, v := range vs {
		list[i], value, sqlType = d.jsonValue(v)
		if text := reflect.ValueOf(list[i]); sqlType == "" {
			longest = max(longest, utf8.RuneCountInString(text.String()))
		}
	}
	if sqlType == "" {
		sqlType = textType(longest)
	}
	return list, value, sqlType
}

// jsonValue returns a value in JSON, the expression that makes the value of that, and its SQL
// type, which is empty for text.
func (d *mysqlDialect) jsonValue(v any) (element any, value, sqlType string) {
	switch stored := v.(type) {
	case time.Time:
		return bindText(stored), "v", "datetime(3)"
	case dialect.Instant:
		return bindText(time.Time(stored)), "v", "datetime(3)"
	}
	switch v := d.Bind(v).(type) {
	case []byte:
		return hex.EncodeToString(v), "UNHEX(v)", "longtext"
	case bool:
		if v {
			return 1, "v", "bigint"
		}
		return 0, "v", "bigint"
	case float64:
		return v, "v", "double"
	default:
		if reflect.ValueOf(v).Kind() == reflect.String {
			return v, "v", ""
		}
		return v, "v", "bigint"
	}
}

// longestKey is how many characters an index can have.
const longestKey = 768

// textType returns the type for text of up to so many characters. Each of the two servers
// reads one of the comments, which names its bytewise collation (W8).
func textType(length int) string {
	name := "longtext" // which cannot use an index
	if length <= longestKey {
		name = "varchar(" + strconv.Itoa(max(length, 1)) + ")"
	}
	return name + " CHARACTER SET utf8mb4 /*M!COLLATE utf8mb4_nopad_bin*/ /*!80017 COLLATE utf8mb4_0900_bin*/"
}
