package mysql

import (
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/authgen/authgen/runtime"
)

// listLimit is how many values of IN become a placeholder each. A statement
// has 65,535 at most; longer lists travel as one JSON text.
const listLimit = 10_000

// AppendIn appends the list as placeholders or, if it is long, as a table that
// the server makes of a JSON text.
func (d *dialect) AppendIn(b *runtime.Builder, column string, not bool, vs []any) {
	b.In(column, not)
	defer b.Text(")")
	if len(vs) > listLimit {
		if list, sqlType := d.jsonList(vs); sqlType != "" {
			b.Text("SELECT v FROM JSON_TABLE(")
			b.Bind(runtime.JSON(list))
			b.Text(", '$[*]' COLUMNS (v " + sqlType + " PATH '$')) AS authgen_list")
			return
		}
	}
	b.BindList(vs)
}

// jsonList returns values of one type as JSON holds them, and their SQL type;
// that is empty for values that JSON does not hold.
func (d *dialect) jsonList(vs []any) (list []any, sqlType string) {
	list, longest := make([]any, len(vs)), 0
	for i, v := range vs {
		v := d.Bind(v)
		if t, ok := v.(time.Time); ok {
			v = t.Format(timeLayout)
		}
		if rv := reflect.ValueOf(v); rv.Kind() == reflect.String {
			longest = max(longest, utf8.RuneCountInString(rv.String()))
		}
		list[i] = v
	}
	switch _, isTime := vs[0].(time.Time); reflect.ValueOf(list[0]).Kind() {
	case reflect.String:
		if isTime {
			return list, "datetime(3)"
		}
		return list, textType(longest)
	case reflect.Int, reflect.Int64:
		return list, "bigint"
	case reflect.Float64:
		return list, "double"
	}
	return nil, ""
}

// longestKey is how many characters an index of the server's takes.
const longestKey = 768

// textType returns the type of text of up to so many characters. Each of the
// two servers reads one of the comments, with its collation of bytes (W8).
func textType(length int) string {
	name := "longtext" // which is searched without an index
	if length <= longestKey {
		name = "varchar(" + strconv.Itoa(max(length, 1)) + ")"
	}
	return name + " CHARACTER SET utf8mb4 /*M!COLLATE utf8mb4_nopad_bin*/ /*!80017 COLLATE utf8mb4_0900_bin*/"
}
