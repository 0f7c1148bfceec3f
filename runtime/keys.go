package runtime

import (
	"context"
	"strconv"
)

// keys are the ids of the rows that a long walk has yet to visit, in its order,
// kept in a temporary table of the transaction. To ask for the rows behind the
// last one, a batch at a time, would have the database sort all of the rest for
// each batch, unless an index happens to have the order of the walk.
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
	if q.Limit > 0 {
		b.writeOrder(t, q.OrderBy)
		b.writeLimit(q.Limit, 0)
	}
	_, err := s.countBuilt(ctx, t, b)
	return k, err
}

// next returns the next ids, at most a batch of them.
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
