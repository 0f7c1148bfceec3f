package postgres

import (
	"fmt"
	"reflect"
	"time"

	"github.com/authgen/authgen/dialect"
)

// array returns bound values of one type as one argument. It uses Go's own types, because
// pgx knows no arrays of ids or enums unless it asks the server for the type of a
// parameter.
func array(d dialect.Dialect, vs []any) any {
	switch first := d.Bind(vs[0]).(type) {
	case time.Time:
		return each(d, vs, func(v any) time.Time { return v.(time.Time) })
	case secret:
		return secretList(each(d, vs, func(v any) string { return v.(secret).Reveal() }))
	case []byte:
		return each(d, vs, func(v any) []byte { return v.([]byte) })
	default:
		return arrayOf(d, vs, reflect.TypeOf(first))
	}
}

// arrayOf is array for a type whose underlying type is one of Go's own.
func arrayOf(d dialect.Dialect, vs []any, t reflect.Type) any {
	switch t.Kind() {
	case reflect.String:
		return each(d, vs, func(v any) string { return reflect.ValueOf(v).String() })
	case reflect.Int, reflect.Int64:
		return each(d, vs, func(v any) int64 { return reflect.ValueOf(v).Int() })
	case reflect.Float64:
		return each(d, vs, func(v any) float64 { return reflect.ValueOf(v).Float() })
	case reflect.Bool:
		return each(d, vs, func(v any) bool { return reflect.ValueOf(v).Bool() })
	}
	panic(fmt.Sprintf("postgres: a list of %v, which no field is made of", t))
}

// each returns the bound values in Go's own type.
func each[T any](d dialect.Dialect, vs []any, plain func(any) T) []T {
	out := make([]T, len(vs))
	for i, v := range vs {
		out[i] = plain(d.Bind(v))
	}
	return out
}
