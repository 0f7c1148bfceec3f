package runtime

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// A Codec moves the documents of one table between Go and rows. Generated code
// has one for each table.
type Codec[T any] struct {
	Table  *dialect.Table
	Scan   func(*T, dialect.Row) error // reads a row into a document
	Key    func(*T) string             // the id, as text
	Check  func(*T) error              // holds a document against the rules of its fields; nil: there are none
	SetID  func(*T, int64)             // sets the id, where the database counts them
	Values func(*T) []any              // the values of a document, in the order of the table's fields
}

// id returns the id as an argument of a statement.
func (c *Codec[T]) id(doc *T) any {
	key := c.Key(doc)
	if c.Table.Serial {
		if n, err := strconv.ParseInt(key, 10, 64); err == nil {
			return n
		}
	}
	return key
}

// Get reads the one row of a statement whose text is constant; its error is
// ErrNotFound if there is none.
func Get[T any](ctx context.Context, s Session, c *Codec[T], statement dialect.SQL, args ...any) (T, error) {
	var doc T
	err := s.One(ctx, c.Table, statement, func(r dialect.Row) error { return c.Scan(&doc, r) }, args...)
	return doc, err
}

// GetWhere reads the one row for which all conditions hold; its error is
// ErrNotFound if there is none.
func GetWhere[T any](ctx context.Context, s Session, c *Codec[T], where ...criteria.Expr) (T, error) {
	doc, ok, err := First(ctx, s, c, criteria.Query{Where: criteria.AllOf(where...)})
	return c.Found(doc, ok, err)
}

// GetForUpdate reads the row with that id and locks it for the rest of the unit;
// its error is ErrNotFound if there is none. Outside of a unit it is ErrOutsideTx,
// as the lock would be gone when the call returns, and in one that only reads,
// which may lock nothing, ErrReadOnly.
func GetForUpdate[T any](ctx context.Context, s Session, c *Codec[T], id any) (doc T, err error) {
	switch {
	case s.Tx == nil:
		return doc, fmt.Errorf("%s: %w", c.Table.Key, authgen.ErrOutsideTx)
	case s.Tx.options&authgen.ReadOnly != 0:
		return doc, fmt.Errorf("%s: %w", c.Table.Key, authgen.ErrReadOnly)
	}
	err = s.lockByID(ctx, c.Table, criteria.LockUpdate, id, func(r dialect.Row) error { return c.Scan(&doc, r) })
	return doc, err
}

// Found returns the document that a call for one row found; its error is
// ErrNotFound if it found none.
func (c *Codec[T]) Found(doc T, ok bool, err error) (T, error) {
	if err == nil && !ok {
		err = notFound(c.Table)
	}
	return doc, err
}

// List reads the rows of a query, in its order. Of no rows it is an empty list,
// not nil, so that it is [] as JSON.
func List[T any](ctx context.Context, s Session, c *Codec[T], q criteria.Query) ([]T, error) {
	docs := &documents[T]{codec: c}
	err := s.Select(ctx, c.Table, q, docs.scan)
	if err == nil && docs.list == nil {
		docs.list = []T{}
	}
	return docs.list, err
}

// First reads the first row of a query, and reports whether there is one.
func First[T any](ctx context.Context, s Session, c *Codec[T], q criteria.Query) (doc T, ok bool, err error) {
	if err := checkPage(q, c.Table); err != nil {
		return doc, false, err
	}
	q.Limit = 1
	docs, err := List(ctx, s, c, q)
	if err != nil || len(docs) == 0 {
		return doc, false, err
	}
	return docs[0], true, nil
}

// What [LockOne] locks a row for.
const (
	LockUpdate = criteria.LockUpdate
	LockDelete = criteria.LockDelete
)

// LockOne reads the first row that matches, by id, and locks it for the rest
// of the unit. It returns nil if there is none. An empty condition is refused
// (W2).
func LockOne[T any](ctx context.Context, s Session, c *Codec[T], lock criteria.Lock, where criteria.Expr) (*T, error) {
	switch {
	case where.IsZero():
		return nil, noPredicate(c.Table)
	case isID(where, c.Table):
		return lockID(ctx, s, c, lock, where.Arg)
	}
	doc, ok, err := First(ctx, s, c, criteria.Query{Where: where, Lock: lock})
	return found(&doc, ok, err)
}

// lockID is LockOne for a row that is named by its id, by a statement whose text
// is constant.
func lockID[T any](ctx context.Context, s Session, c *Codec[T], lock criteria.Lock, id any) (*T, error) {
	doc := new(T)
	err := s.lockByID(ctx, c.Table, lock, id, func(r dialect.Row) error { return c.Scan(doc, r) })
	if errors.Is(err, authgen.ErrNotFound) {
		return nil, nil
	}
	return found(doc, true, err)
}

// DeleteOne deletes one row that matches and returns it, in one statement, or
// nil if there is none.
func DeleteOne[T any](ctx context.Context, s Session, c *Codec[T], where criteria.Expr) (*T, error) {
	if s.unreturned(c.Table, true) {
		return deleteUnreturned(ctx, s, c, where)
	}
	var doc T
	ok, err := s.deleteOne(ctx, c.Table, where, func(r dialect.Row) error { return c.Scan(&doc, r) })
	if errors.Is(err, errTooDeep) || s.isKept(c.Table, ok, err) {
		return deleteUnreturned(ctx, s, c, where)
	}
	return found(&doc, ok, err)
}

// UpdateOne sets columns of one row that matches and returns it, in one
// statement, or nil if there is none. If there is nothing to set it only reads.
func UpdateOne[T any](ctx context.Context, s Session, c *Codec[T], where criteria.Expr, set *Assignments) (*T, error) {
	if s.unreturned(c.Table, false) && !set.Empty() {
		return updateUnreturned(ctx, s, c, where, set)
	}
	var doc T
	ok, err := s.updateOne(ctx, c.Table, where, set, func(r dialect.Row) error { return c.Scan(&doc, r) })
	if s.isKept(c.Table, ok, err) && !set.Empty() {
		return updateUnreturned(ctx, s, c, where, set)
	}
	return found(&doc, ok, err)
}

func found[T any](doc *T, ok bool, err error) (*T, error) {
	if err != nil || !ok {
		return nil, err
	}
	return doc, nil
}

// UpdateLocked is UpdateOne for a row that the call has locked; its error is
// ErrDeletedByTrigger if it is gone.
func UpdateLocked[T any](ctx context.Context, s Session, c *Codec[T], where criteria.Expr, set *Assignments) (T, error) {
	doc, err := UpdateOne(ctx, s, c, where, set)
	return must(doc, err, deletedByTrigger(c.Table))
}

func must[T any](doc *T, err, none error) (T, error) {
	if err == nil && doc == nil {
		err = none
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return *doc, nil
}

// Maybe returns the document that a call for one row found, and whether it
// found one.
func Maybe[T any](doc *T, err error) (T, bool, error) {
	if err != nil || doc == nil {
		var none T
		return none, false, err
	}
	return *doc, true, nil
}

// WatchRows begins to watch rows. Stop must be called.
func WatchRows[T any](tx *Tx, c *Codec[T], docs []T) *Watch {
	keys := make(map[string]bool, len(docs))
	for i := range docs {
		keys[c.Key(&docs[i])] = false
	}
	return tx.addWatch(&Watch{tx: tx, table: c.Table, keys: keys})
}

// currentRow returns a watched document, or if its row was written since, the row
// as it is now, or nil if the row is gone or no longer matches. An empty condition
// matches every row.
func currentRow[T any](ctx context.Context, s Session, c *Codec[T], watch *Watch, where criteria.Expr, doc T) (*T, error) {
	if !watch.touchedRow(c.Key(&doc)) {
		return &doc, nil
	}
	return LockOne(ctx, s, c, criteria.LockUpdate, criteria.AllOf(Equal(c.Table.ID, c.id(&doc)), criteria.Still(where)))
}
