package runtime

import (
	"context"
	"errors"
	"reflect"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// explain names the fields of a violated foreign key if the database does not: SQLite says
// only that a key was violated. value returns the value that the statement stored in a
// column.
func (s Handle) explain(ctx context.Context, t *dialect.Table, err error, value func(column string) (any, bool)) error {
	if err == nil {
		return nil
	}
	var violated *authgen.ForeignKeyError
	if !errors.As(err, &violated) || len(violated.Fields) > 0 {
		return err
	}
	var candidates []dialect.Foreign
	for _, f := range t.Foreign {
		if v, ok := value(f.Column); ok && !isNull(v) {
			candidates = append(candidates, f)
		}
	}
	switch len(candidates) {
	case 0:
		violated.Referred = true
	case 1:
		violated.Fields = []string{candidates[0].Field}
	default:
		violated.Fields = s.dangling(ctx, candidates, value)
	}
	return err
}

// dangling returns the fields that refer to rows that do not exist. It goes past the guards
// of the unit, because the statement has failed already.
func (s Handle) dangling(ctx context.Context, candidates []dialect.Foreign, value func(string) (any, bool)) (fields []string) {
	var conn dialect.Conn = s.DB.pool
	if s.Unit != nil {
		if !s.Unit.running.TryLock() {
			return nil
		}
		defer s.Unit.running.Unlock()
		conn = s.Unit.conn
	}
	for _, f := range candidates {
		v, _ := value(f.Column)
		b := newBuilder(s.DB, nil, "SELECT count(*) FROM ")
		b.Ident(f.Table)
		b.writeWhere(Equal(f.Target, v))
		n := 1
		err := conn.QueryRowContext(ctx, string(b.sql), b.args...).Scan(&n)
		b.free()
		if err == nil && n == 0 {
			fields = append(fields, f.Field)
		}
	}
	return fields
}

// referred marks the error of a DELETE that violated a foreign key.
func referred(err error) error {
	if err == nil {
		return nil
	}
	var violated *authgen.ForeignKeyError
	if errors.As(err, &violated) {
		violated.Referred = true
	}
	return err
}

func isNull(v any) bool {
	if arg, is := v.(dialect.JSONArg); is {
		v = arg.V
	}
	if v == nil {
		return true
	}
	rv := reflect.ValueOf(v)
	return rv.Kind() == reflect.Pointer && rv.IsNil()
}
