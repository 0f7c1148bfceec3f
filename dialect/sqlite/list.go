package sqlite

import (
	"encoding/hex"
	"math"

	"github.com/authgen/authgen/dialect"
)

// listLimit is how many values of IN get placeholders. More are sent as one JSON text.
const listLimit = 500

// AppendIn appends the list as placeholders. A long list becomes a table that SQLite makes
// of a JSON text.
func (d sqliteDialect) AppendIn(b dialect.Writer, o dialect.Operand, not bool, vs []any) {
	b.In(o, not)
	if len(vs) <= listLimit && !b.Crowded(len(vs)) {
		b.BindList(vs)
	} else {
		d.appendTable(b, vs)
	}
	b.Text(")")
}

func (d sqliteDialect) appendTable(b dialect.Writer, vs []any) {
	list, value := make([]any, len(vs)), "value"
	for i, v := range vs {
		switch v := d.Bind(v).(type) {
		case []byte: // JSON has no bytes
			list[i], value = hex.EncodeToString(v), "unhex(value)"
		case float64:
			list[i], value = exact(v), product
		default:
			list[i] = v
		}
	}
	b.Text("SELECT " + value + " FROM json_each(")
	b.Bind(dialect.JSON(list))
	b.Text(")")
	if value == product {
		b.Text(" JOIN (WITH RECURSIVE powers (exponent, power) AS (SELECT 971, ")
		b.Bind(math.Ldexp(1, 971))
		b.Text(" UNION ALL SELECT exponent - 1, power / 2 FROM powers WHERE exponent > -1074)" +
			" SELECT * FROM powers) ON exponent = json_extract(value, '$[1]')")
	}
}

// product makes a float of the numbers that exact returns. From its digits SQLite would not
// always read the same float.
const product = "json_extract(value, '$[0]') * power"

// exact returns whole numbers m and e for which v is m times two to the power of
// e, where e is from -1074 to 971.
func exact(v float64) [2]int64 {
	fraction, exponent := math.Frexp(v)
	m, e := int64(fraction*(1<<53)), int64(exponent-53)
	if e < -1074 { // a subnormal number, whose fraction has fewer bits
		m, e = m>>(-1074-e), -1074
	}
	return [2]int64{m, e}
}
