package runtime

import (
	"context"
	"errors"
	"slices"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// The limits of a statement that stores several rows: how many values it binds,
// as SQLite takes no more than 32,766 of them, and how many bytes these have, as
// MySQL takes no packet larger than its max_allowed_packet.
const (
	insertValues = 30_000
	insertBytes  = 1 << 20
)

// CreateEach creates rows one after the other, with their triggers (M7), and
// returns them as they are then.
func CreateEach[C, T any](ctx context.Context, s Session, c *Codec[T], in []C, create func(context.Context, C) (T, error)) ([]T, error) {
	watch := WatchRows(s.Tx, c, nil)
	defer watch.Stop()
	docs := make([]T, len(in))
	for i := range in {
		doc, err := create(ctx, in[i])
		if err != nil {
			return nil, &authgen.RowError{Index: i, Cause: err}
		}
		docs[i] = doc
		watch.add(c.Key(&doc))
	}
	for i := range docs {
		there, err := Refresh(ctx, s, c, watch, &docs[i])
		if err = lockedRow(c.Table, there, err); err != nil {
			return nil, &authgen.RowError{Index: i, Cause: err}
		}
	}
	return docs, nil
}

// CreateMany stores the documents that document makes, several with one statement
// (M7), and calls record for each of them, unless it is nil.
func CreateMany[C, T any](ctx context.Context, s Session, c *Codec[T], in []C, document func(C) T, record func(context.Context, T) error) ([]T, error) {
	docs := make([]T, len(in))
	for i := range in {
		docs[i] = document(in[i])
		if c.Check == nil {
			continue
		}
		if err := c.Check(&docs[i]); err != nil {
			return nil, &authgen.RowError{Index: i, Cause: err}
		}
	}
	if err := insertMany(ctx, s, c, docs); err != nil {
		return nil, err
	}
	for i := range docs {
		if record == nil {
			break
		}
		if err := record(ctx, docs[i]); err != nil {
			return nil, &authgen.RowError{Index: i, Cause: err}
		}
	}
	return docs, nil
}

// insertMany stores documents, all or none. No database says which row of a
// statement it refused, so that the rows are stored one by one then, which says it.
func insertMany[T any](ctx context.Context, s Session, c *Codec[T], docs []T) error {
	oneByOne := func(ctx context.Context, s Session) error { return insertEach(ctx, s, c, docs) }
	if len(docs) < 2 || c.Table.Serial && s.DB.Kind() != dialect.Postgres {
		return s.whole(ctx, len(docs) < 2, oneByOne)
	}
	rows := make([][]any, len(docs))
	for i := range docs {
		rows[i] = valuesBound(c.Table, c.Values(&docs[i]))
	}
	k := s.DB.knownOf(c.Table)
	if slices.ContainsFunc(rows, func(row []any) bool { return k.uncutRow(c.Table, row) != nil }) {
		return s.whole(ctx, false, oneByOne)
	}
	altered := slices.ContainsFunc(rows, func(row []any) bool { return k.altersNew(c.Table, row) })
	together := func(ctx context.Context, s Session) error {
		if err := countIDs(ctx, s, c, docs, rows); err != nil {
			return err
		}
		if altered {
			return insertAlteredRows(ctx, s, c, docs, rows)
		}
		return s.insertRows(ctx, c.Table, rows, nil)
	}
	var err error
	if s.Tx == nil {
		single := !c.Table.Serial && fitting(rows) == len(rows) && (!altered || k.tellsAll())
		err = s.whole(ctx, single, together)
	} else {
		err = s.Tx.Nested(ctx, func(ctx context.Context) error { return together(ctx, s) })
	}
	if !isRefused(err) {
		return err
	}
	return s.whole(ctx, false, oneByOne)
}

// whole runs fn in the unit that is open, or in one of its own unless it is one
// statement, which needs none.
func (s Session) whole(ctx context.Context, single bool, fn func(context.Context, Session) error) error {
	if s.Tx != nil || single {
		return fn(ctx, s)
	}
	return s.DB.Unit(ctx, 0, func(ctx context.Context, tx *Tx) error { return fn(ctx, Session{DB: s.DB, Tx: tx}) })
}

// isRefused reports whether a database refused what a row holds.
func isRefused(err error) bool {
	return errors.Is(err, authgen.ErrUnique) || errors.Is(err, authgen.ErrForeignKey) || errors.Is(err, authgen.ErrValidation)
}

// insertEach stores documents one after the other. They get their ids when all are
// stored: who runs again after a conflict begins without.
func insertEach[T any](ctx context.Context, s Session, c *Codec[T], docs []T) error {
	stored := make([]T, len(docs))
	for i := range docs {
		doc, err := Insert(ctx, s, c, docs[i], c.Values(&docs[i]))
		if err != nil {
			return &authgen.RowError{Index: i, Cause: err}
		}
		stored[i] = doc
	}
	copy(docs, stored)
	return nil
}

// insertAlteredRows is insertRows for documents that may be stored otherwise, which it
// makes what is stored. One whose id is written in another way is found by the database
// only.
func insertAlteredRows[T any](ctx context.Context, s Session, c *Codec[T], docs []T, rows [][]any) error {
	stored, scan := newStored(c, len(docs)), (func(dialect.Row) error)(nil)
	if s.DB.knownOf(c.Table).insert != "" {
		scan = stored.scan
	}
	err := s.insertRows(ctx, c.Table, rows, scan)
	if err == nil && scan == nil {
		err = stored.read(ctx, s, docs)
	}
	if err != nil {
		return err
	}
	for i := range docs {
		doc, there := stored.docs[c.Key(&docs[i])]
		if !there {
			if doc, err = readBack(ctx, s, c, docs[i]); err != nil {
				return &authgen.RowError{Index: i, Cause: err}
			}
		}
		docs[i] = doc
	}
	return nil
}

// countIDs has Postgres count the ids of a table whose ids are serial ahead of the
// rows: it does not promise to give back rows in the order in which it stored them.
func countIDs[T any](ctx context.Context, s Session, c *Codec[T], docs []T, rows [][]any) error {
	if !c.Table.Serial {
		return nil
	}
	var without []int
	for i := range docs {
		if c.Key(&docs[i]) == Key(0) {
			without = append(without, i)
		}
	}
	if len(without) == 0 {
		return nil
	}
	b := newBuilder(s.DB, c.Table, "SELECT nextval(pg_get_serial_sequence(")
	b.Bind(string(s.DB.dialect.AppendIdent(nil, c.Table.Name)))
	b.Text(", ")
	b.Bind(c.Table.ID)
	b.Text(")) FROM generate_series(1, ")
	b.Bind(int64(len(without)))
	b.Text(")")
	next := 0
	_, err := s.queryBuilt(ctx, c.Table, b, true, func(r dialect.Row) error {
		var id int64
		if err := r.Scan(&id); err != nil {
			return err
		}
		c.SetID(&docs[without[next]], id)
		rows[without[next]][0] = id
		next++
		return nil
	})
	return err
}

// rowOf makes the values of a document those that are handed to the dialect. What is
// no JSON is left for the statement to refuse.
func valuesBound(t *dialect.Table, values []any) []any {
	for i := range t.Fields {
		values[i] = storedAs(&t.Fields[i], values[i])
		if arg, is := values[i].(dialect.JSONArg); is {
			if text, err := arg.Value(); err == nil {
				values[i] = text
			}
		}
	}
	return values
}

// insertRows stores rows, as many with one statement as fit into it. Unless scan is
// nil, it gets them as they are stored, in any order.
func (s Session) insertRows(ctx context.Context, t *dialect.Table, rows [][]any, scan func(dialect.Row) error) (err error) {
	columns := make([]string, len(t.Fields))
	for i := range t.Fields {
		columns[i] = t.Fields[i].Column
	}
	for len(rows) > 0 {
		n := fitting(rows)
		b := newBuilder(s.DB, t, "INSERT INTO ")
		b.writeRows(t.Name, columns, n, func(i int) []any { return rows[i] })
		if scan == nil {
			_, err = s.countBuilt(ctx, t, b)
		} else {
			b.Text(t.Returning.For(s.DB.Kind()))
			_, err = s.queryBuilt(ctx, t, b, true, scan)
		}
		if err != nil {
			return err
		}
		rows = rows[n:]
	}
	s.touchCreated(t)
	return nil
}

// fitting returns how many of the rows, of which there is one, fit into a
// statement.
func fitting(rows [][]any) int {
	most := max(1, min(len(rows), batchSize, insertValues/len(rows[0])))
	size := 0
	for i, row := range rows[:most] {
		if size += sizeOf(row); size > insertBytes && i > 0 {
			return i
		}
	}
	return most
}

// sizeOf returns about how many bytes the values of a row have.
func sizeOf(row []any) int {
	n := 0
	for _, v := range row {
		switch v := v.(type) {
		case string:
			n += len(v)
		case *string:
			if v != nil {
				n += len(*v)
			}
		case []byte:
			n += len(v)
		default:
			n += 16
		}
	}
	return n
}
