package postgres

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/authgen/authgen/dialect"
)

// A row is a row of a statement of the adapter's. It scans the types that generated code
// reads most. It leaves other types to pgx, which has to find a plan for each column of each
// result.
type row struct {
	rows   pgx.Rows
	fields []pgconn.FieldDescription
}

// errNull is the error for a null that the Go type cannot store.
var errNull = errors.New("null in a field that is not nullable")

// Scan stores the values where dest points.
func (r *row) Scan(dest ...any) error {
	if r.fields == nil {
		r.fields = r.rows.FieldDescriptions()
	}
	values := r.rows.RawValues()
	if len(dest) != len(values) {
		return fmt.Errorf("%d columns for %d destinations", len(values), len(dest))
	}
	for i, d := range dest {
		f := &r.fields[i]
		done, err := assign(d, f, values[i])
		if err == nil && !done {
			err = r.rows.TypeMap().Scan(f.DataTypeOID, f.Format, values[i], d)
		}
		if err != nil {
			return dialect.NewColumnError(i, dest, err)
		}
	}
	return nil
}

// assign stores a value, which is in PostgreSQL's binary format, where dest points. It
// reports whether it knows the two types.
func assign(dest any, f *pgconn.FieldDescription, src []byte) (done bool, err error) {
	switch d := dest.(type) {
	case *string:
		if !isText(f) {
			return false, nil
		}
		if src == nil {
			return true, errNull
		}
		*d = string(src)
		return true, nil
	case **string:
		if !isText(f) {
			return false, nil
		}
		*d = nil
		if src != nil {
			s := string(src)
			*d = &s
		}
		return true, nil
	}
	if src == nil || f.Format != pgtype.BinaryFormatCode {
		return false, nil
	}
	switch d := dest.(type) {
	case *int64:
		if f.DataTypeOID == pgtype.Int8OID && len(src) == 8 {
			*d = int64(binary.BigEndian.Uint64(src))
			return true, nil
		}
	case *int:
		if f.DataTypeOID == pgtype.Int4OID && len(src) == 4 {
			*d = int(int32(binary.BigEndian.Uint32(src)))
			return true, nil
		}
	case *bool:
		if f.DataTypeOID == pgtype.BoolOID && len(src) == 1 {
			*d = src[0] != 0
			return true, nil
		}
	case *float64:
		if f.DataTypeOID == pgtype.Float8OID && len(src) == 8 {
			*d = math.Float64frombits(binary.BigEndian.Uint64(src))
			return true, nil
		}
	case *dialect.Time:
		if t, ok := timeOf(f, src); ok {
			*d = dialect.Time(t)
			return true, nil
		}
	case dialect.NullTime:
		if t, ok := timeOf(f, src); ok {
			*d.To = &t
			return true, nil
		}
	case *dialect.Instant:
		if t, ok := timeOf(f, src); ok {
			*d = dialect.Instant(t)
			return true, nil
		}
	case dialect.NullInstant:
		if t, ok := timeOf(f, src); ok {
			*d.To = &t
			return true, nil
		}
	}
	return false, nil
}

// isText reports whether the bytes of a column are its text.
func isText(f *pgconn.FieldDescription) bool {
	return f.DataTypeOID == pgtype.TextOID || f.DataTypeOID == pgtype.VarcharOID
}

// timeOf returns a time that is sent as microseconds since 2000. It refuses the infinities.
func timeOf(f *pgconn.FieldDescription, src []byte) (time.Time, bool) {
	if f.DataTypeOID != pgtype.TimestamptzOID || len(src) != 8 {
		return time.Time{}, false
	}
	const from1970To2000 = 946_684_800
	micros := int64(binary.BigEndian.Uint64(src))
	if micros == math.MaxInt64 || micros == math.MinInt64 {
		return time.Time{}, false
	}
	return dialect.Millis(time.Unix(from1970To2000+micros/1e6, micros%1e6*1e3)), true
}
