package runtime

import (
	"context"
	"strconv"
)

// A keyList is the ids of the rows that a long walk or loop has yet to visit, in
// its order. To ask for the rows behind the last one, a batch at a time, would
// have the database sort all of the rest for each batch, unless an index happens
// to have that order.
type keyList interface {
	// next returns the next ids, at most a batch of them, and none at the end.
	next(ctx context.Context) ([]any, error)
	close(ctx context.Context) error
}

// keys are a list in a temporary table of the transaction.
type keys struct {
	session Session
	table   *Table
	name    string
	last    int64 // number of the last key that was read
}

// keep lists the ids of the rows of a query. close must be called.
func (s Session) keep(ctx context.Context, t *Table, q Query) (*keys, error) {
	s.aside = true
	s.Tx.keysOpen++
	idType := "text"
	if t.Serial {
		idType = "bigint"
	}
	// The type is in the name, as a prepared statement keeps to one.
	k := &keys{session: s, table: t, name: "authgen_keys_" + idType + "_" + strconv.Itoa(s.Tx.keysOpen)}
	for _, query := range []string{
		k.drop("IF EXISTS "), // of a unit that failed, where a rollback leaves it
		"CREATE TEMPORARY TABLE " + k.name + " (n bigint PRIMARY KEY, id " + idType + ")",
	} {
		if _, err := s.exec(ctx, t, query, nil); err != nil {
			return k, err
		}
	}
	b := newBuilder(s.DB.dialect, t, "INSERT INTO ")
	b.Text(k.name)
	b.Text(" (n, id) SELECT row_number() OVER (")
	b.writeOrder(t, q.OrderBy)
	b.Text("), ")
	b.Ident(t.ID)
	b.Text(" FROM ")
	b.Ident(t.Name)
	b.writeWhere(q.Where)
	if q.Limit > 0 || q.Offset > 0 {
		b.writeOrder(t, q.OrderBy)
		b.writeLimit(q.Limit, q.Offset)
	}
	_, err := s.countBuilt(ctx, t, b)
	return k, err
}

func (k *keys) next(ctx context.Context) ([]any, error) {
	b := newBuilder(k.session.DB.dialect, k.table, "SELECT id FROM ")
	b.Text(k.name)
	b.Text(" WHERE n > ")
	b.Bind(k.last)
	b.Text(" ORDER BY n LIMIT ")
	b.sql = strconv.AppendInt(b.sql, batchSize, 10)
	var ids []any
	_, err := k.session.queryBuilt(ctx, k.table, b, false, func(r Row) error {
		id, err := scanID(k.table, r)
		ids = append(ids, id)
		return err
	})
	k.last += int64(len(ids))
	return ids, err
}

// close drops the table.
func (k *keys) close(ctx context.Context) error {
	k.session.Tx.keysOpen--
	_, err := k.session.exec(ctx, k.table, k.drop(""), nil)
	return err
}

// drop returns the statement that drops the table. MySQL commits at a DROP
// TABLE that does not say TEMPORARY, which the others do not know.
func (k *keys) drop(condition string) string {
	if k.session.DB.Kind() == MySQL {
		return "DROP TEMPORARY TABLE " + condition + k.name
	}
	return "DROP TABLE " + condition + k.name
}

// held are a list in memory: of a transaction that can write nothing, or where
// there is but one connection, on which no table would stay.
type held struct{ ids []any }

// hold lists the ids of the rows of a query in memory.
func (s Session) hold(ctx context.Context, t *Table, q Query) (*held, error) {
	b := newBuilder(s.DB.dialect, t, "SELECT ")
	b.Ident(t.ID)
	b.Text(" FROM ")
	b.Ident(t.Name)
	b.writeWhere(q.Where)
	b.writeOrder(t, q.OrderBy)
	b.writeLimit(q.Limit, q.Offset)
	k := &held{}
	_, err := s.queryBuilt(ctx, t, b, false, func(r Row) error {
		id, err := scanID(t, r)
		k.ids = append(k.ids, id)
		return err
	})
	return k, err
}

func (k *held) next(context.Context) ([]any, error) {
	n := min(len(k.ids), batchSize)
	ids := k.ids[:n:n]
	k.ids = k.ids[n:]
	return ids, nil
}

func (k *held) close(context.Context) error {
	k.ids = nil
	return nil
}
