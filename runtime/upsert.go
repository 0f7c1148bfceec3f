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

// Upsert calls update, which changes the row that has the unique values already, if there is
// one. Otherwise it calls create in a savepoint. If create fails, by its own statement or by
// one of a trigger, another transaction may have created the row first. So Upsert calls
// update again (O5). fields are the keys of the unique index. Upsert reports whether it
// created the row.
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

// Holder returns the condition of the row that has given values in the fields of a unique
// index. Null equals no value (W4).
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
// index. An error about a row that a trigger wrote does not count.
func isTaken(err error, t *dialect.Table, fields []string) bool {
	var unique *authgen.UniqueError
	return errors.As(err, &unique) && unique.Table == t.Key && slices.Equal(unique.Fields, fields) && !errors.As(err, new(*authgen.TriggerError))
}

// unseen turns a violation of a unique index into a conflict, if the transaction cannot see
// the row that has the values. That happens in a serializable transaction, which sees the
// rows as they were at its beginning.
func (tx *Tx) unseen(err error, t *dialect.Table, fields []string) error {
	if tx.options&authgen.Serializable == 0 || !isTaken(err, t, fields) {
		return err
	}
	return tx.doom(&retryError{as: authgen.ErrConflict, cause: err})
}
