package runtime

import (
	"cmp"
	"time"
	"unicode/utf8"

	"github.com/authgen/authgen/dialect"
)

// storedIn returns a value of a column in the form in which the dialect takes it.
func storedIn(t *dialect.Table, column string, v any) any {
	switch v.(type) {
	case time.Time, *time.Time:
		if f := fieldAt(t, column); f != nil {
			return storedAs(f, v)
		}
	}
	return v
}

// storedAllIn is storedIn for several values.
func storedAllIn(t *dialect.Table, column string, vs []any) []any {
	stored := make([]any, len(vs))
	for i, v := range vs {
		stored[i] = storedIn(t, column, v)
	}
	return stored
}

// fieldAt returns the field with that SQL name, or nil. It returns nil too if t is nil.
func fieldAt(t *dialect.Table, name string) *dialect.Field {
	if t == nil {
		return nil
	}
	for i := range t.Fields {
		if t.Fields[i].Column == name {
			return &t.Fields[i]
		}
	}
	return nil
}

// Found returns the error of a call for one row. If the call found no row, that is
// ErrNotFound.
func Found(t *dialect.Table, found bool, err error) error {
	if err == nil && !found {
		return notFound(t)
	}
	return err
}

// lockedRow is Found for a row that was locked. If the row is gone, only a trigger can have
// deleted it, so the error is ErrDeletedByTrigger.
func lockedRow(t *dialect.Table, found bool, err error) error {
	if err == nil && !found {
		return deletedByTrigger(t)
	}
	return err
}

// isIDField reports whether a field is the id of the table.
func isIDField(t *dialect.Table, f *dialect.Field) bool { return f.Column == t.ID }

// foreignAt returns the reference of a column to another table, or nil.
func foreignAt(t *dialect.Table, column string) *dialect.Foreign {
	for i := range t.Foreign {
		if t.Foreign[i].Column == column {
			return &t.Foreign[i]
		}
	}
	return nil
}

// keyOf returns the key of the field with that SQL name, or the name.
func keyOf(t *dialect.Table, column string) string { return cmp.Or(fieldKeyOf(t, column), column) }

// fieldKeyOf returns the key of the field with that SQL name, or nothing.
func fieldKeyOf(t *dialect.Table, column string) string {
	if f := fieldAt(t, column); f != nil {
		return f.Key
	}
	return ""
}

// valuesOf returns a function that finds an argument of an INSERT by its SQL name.
func valuesOf(t *dialect.Table, args []any) func(column string) (any, bool) {
	return func(column string) (any, bool) {
		for i, f := range t.Fields {
			if f.Column == column {
				return args[i], true
			}
		}
		return nil, false
	}
}

// isShort reports whether every value of the field stays below a limit.
func isShort(f *dialect.Field, c dialect.Cut) bool {
	longest := f.MaxLength
	if c.Bytes {
		longest *= utf8.UTFMax
	}
	return f.MaxLength > 0 && longest <= c.Limit
}

// formOf returns the form of the field's times on SQLite.
func formOf(f *dialect.Field) dialect.TimeForms {
	if f.Millis {
		return dialect.TimesInteger
	}
	return dialect.TimesText
}

// storedAs returns a value of the field in the form in which the dialect takes it.
func storedAs(f *dialect.Field, v any) any {
	if !f.Millis {
		return v
	}
	switch v := v.(type) {
	case time.Time:
		return dialect.Instant(v)
	case *time.Time:
		if v == nil {
			return nil
		}
		return dialect.Instant(*v)
	}
	return v
}
