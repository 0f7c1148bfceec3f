package runtime

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// Upsert changes the row that has unique values already, which update does if
// there is one, or else creates it: in a savepoint, so that who loses a race to
// create it changes it after all, whatever it failed by, its own statement or one
// of a trigger (O5). fields are the keys of the unique index. It reports whether the
// row was created.
func Upsert(ctx context.Context, tx *Tx, t *dialect.Table, fields []string, update func(context.Context) (bool, error), create func(context.Context) error) (created bool, err error) {
	there, err := update(ctx)
	if err != nil || there {
		return false, err
	}
	failure := tx.Nested(ctx, create)
	if failure == nil {
		return true, nil
	}
	if !tx.isDoomed() {
		if there, err = update(ctx); err != nil || there {
			return false, err
		}
	}
	return false, tx.unseen(failure, t, fields)
}

// Holder matches the row that has the same values as another in the fields of a
// unique index. Null is the same as nothing (W4).
func Holder[T any](t *dialect.Table, values []any, fields []string) authgen.Predicate[*T] {
	return authgen.PredicateOf[*T](holder(t, values, fields))
}

func holder(t *dialect.Table, values []any, fields []string) criteria.Expr {
	terms := make([]criteria.Expr, 0, len(fields))
	for i := range t.Fields {
		f := &t.Fields[i]
		switch {
		case !slices.Contains(fields, f.Key):
		case isNull(values[i]):
			return criteria.OneOf[any](criteria.OpIn, f.Column, nil)
		default:
			terms = append(terms, Equal(f.Column, reflect.Indirect(reflect.ValueOf(values[i])).Interface()))
		}
	}
	return criteria.AllOf(terms...)
}

// isTaken reports whether err says that another row has the values of that unique
// index, and is not of a row that a trigger wrote.
func isTaken(err error, t *dialect.Table, fields []string) bool {
	var unique *authgen.UniqueError
	return errors.As(err, &unique) && unique.Table == t.Key && slices.Equal(unique.Fields, fields) && !errors.As(err, new(*authgen.TriggerError))
}

// unseen makes a violation of a unique index by a row that cannot be seen a
// conflict where that is what it is: in a serializable transaction, which sees the
// rows of its beginning.
func (tx *Tx) unseen(err error, t *dialect.Table, fields []string) error {
	if tx.options&authgen.Serializable == 0 || !isTaken(err, t, fields) {
		return err
	}
	return tx.doom(&retryError{as: authgen.ErrConflict, cause: err})
}
