package runtime

import (
	"context"
	"errors"
	"slices"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// The limits of a statement that stores several rows. It binds so many values at most,
// because SQLite takes no more than 32,766 of them. They have so many bytes at most, because
// MySQL takes no packet larger than its max_allowed_packet.
const (
	insertValues = 30_000
	insertBytes  = 1 << 20
)

// CreateEach creates rows one after the other, with their triggers (M7), and
// returns them as they are when all of them are created.
func CreateEach[C, T any](ctx context.Context, s Handle, c *Codec[T], in []C, create func(context.Context, C) (T, error)) ([]T, error) {
	docs := &documents[T]{codec: c, list: make([]T, len(in))}
	watch := s.watchRows(c.Table, docs.fresh())
	defer watch.Stop()
	for i := range in {
		doc, err := create(ctx, in[i])
		if err != nil {
			return nil, &authgen.RowError{Index: i, Cause: err}
		}
		docs.list[i] = doc
		watch.add(docs.at(i).Key())
	}
	if err := s.allCurrent(ctx, c.Table, watch, docs); err != nil {
		return nil, err
	}
	return docs.list, nil
}

// allCurrent reads those watched rows again that were written since.
func (s Handle) allCurrent(ctx context.Context, t *dialect.Table, watch *Watch, r rows) error {
	for i := range r.len() {
		there, err := s.current(ctx, t, watch, criteria.Expr{}, r.at(i))
		if err = lockedRow(t, there, err); err != nil {
			return &authgen.RowError{Index: i, Cause: err}
		}
	}
	return nil
}

// CreateMany stores the documents that document makes of in, several with one statement
// (M7). It calls record for each of them, unless record is nil.
func CreateMany[C, T any](ctx context.Context, s Handle, c *Codec[T], in []C, document func(C) T, record func(context.Context, T) error) ([]T, error) {
	docs := &documents[T]{codec: c, list: make([]T, len(in))}
	for i := range in {
		docs.list[i] = document(in[i])
	}
	if err := s.insertMany(ctx, c.Table, docs); err != nil {
		return nil, err
	}
	if record == nil {
		return docs.list, nil
	}
	for i := range in {
		if err := record(ctx, docs.list[i]); err != nil {
			return nil, &authgen.RowError{Index: i, Cause: err}
		}
	}
	return docs.list, nil
}

// insertMany stores rows, all or none. A database does not say which row of a statement it
// refused. After such a refusal insertMany stores the rows one by one, which tells.
func (s Handle) insertMany(ctx context.Context, t *dialect.Table, r rows) error {
	values, err := checkedValues(t, r)
	if err != nil {
		return err
	}
	if r.len() < 2 || t.Serial && s.DB.Kind() != dialect.Postgres {
		return s.insertOneByOne(ctx, t, r)
	}
	for i := range values {
		values[i] = valuesBound(t, values[i])
	}
	k := s.DB.knownOf(t)
	if slices.ContainsFunc(values, func(row []any) bool { return k.uncutRow(t, row) != nil }) {
		return s.insertOneByOne(ctx, t, r)
	}
	altered := slices.ContainsFunc(values, func(row []any) bool { return k.altersNew(t, row) })
	switch single := !t.Serial && fitting(values) == len(values) && (!altered || k.tellsAll()); {
	case s.Unit != nil:
		err = s.Unit.Nested(ctx, func(ctx context.Context) error { return s.insertTogether(ctx, t, r, values, altered) })
	case single:
		err = s.insertTogether(ctx, t, r, values, altered)
	default:
		err = s.whole(ctx, false, func(ctx context.Context, s Handle) error { return s.insertTogether(ctx, t, r, values, altered) })
	}
	if !isRefused(err) {
		return err
	}
	return s.insertOneByOne(ctx, t, r)
}

// insertOneByOne stores rows with a statement each, all or none.
func (s Handle) insertOneByOne(ctx context.Context, t *dialect.Table, r rows) error {
	return s.whole(ctx, r.len() < 2, func(ctx context.Context, s Handle) error { return s.insertEach(ctx, t, r) })
}

// insertTogether stores rows with as few statements as hold them.
func (s Handle) insertTogether(ctx context.Context, t *dialect.Table, r rows, values [][]any, altered bool) error {
	if err := s.countIDs(ctx, t, r, values); err != nil {
		return err
	}
	if altered {
		return s.insertAlteredRows(ctx, t, r, values)
	}
	return s.insertRows(ctx, t, values, nil)
}

// checkedValues returns the values of each row, or the error of a value that breaks a rule
// of its field.
func checkedValues(t *dialect.Table, r rows) ([][]any, error) {
	values := make([][]any, r.len())
	for i := range values {
		row := r.at(i)
		if row, ok := row.(tidyRow); ok {
			row.Tidy()
		}
		values[i] = row.Values()
		if err := Check(t, values[i]); err != nil {
			return nil, &authgen.RowError{Index: i, Cause: err}
		}
	}
	return values, nil
}

// whole runs fn in the unit that is open, or otherwise in a unit of its own. If fn is a
// single statement, it needs no unit of its own.
func (s Handle) whole(ctx context.Context, single bool, fn func(context.Context, Handle) error) error {
	if s.Unit != nil || single {
		return fn(ctx, s)
	}
	return s.DB.Unit(ctx, 0, func(ctx context.Context, tx *Tx) error { return fn(ctx, Handle{DB: s.DB, Unit: tx}) })
}

// isRefused reports whether a database refused what a row holds.
func isRefused(err error) bool {
	return errors.Is(err, authgen.ErrUnique) || errors.Is(err, authgen.ErrForeignKey) || errors.Is(err, authgen.ErrValidation)
}

// insertEach stores rows one after the other. They get their ids only when all are
// stored, so that an attempt after a conflict begins without ids.
func (s Handle) insertEach(ctx context.Context, t *dialect.Table, r rows) error {
	stored := r.fresh()
	for i := range r.len() {
		row := stored.add()
		stored.put(i, r, i)
		if err := s.insertInto(ctx, t, row, row.Values()); err != nil {
			return &authgen.RowError{Index: i, Cause: err}
		}
	}
	for i := range r.len() {
		r.put(i, stored, i)
	}
	return nil
}

// insertAlteredRows stores rows that may be stored otherwise than they were sent, and
// sets the documents to what is stored.
func (s Handle) insertAlteredRows(ctx context.Context, t *dialect.Table, r rows, values [][]any) error {
	stored := &storedRows{rows: r.fresh(), byKey: make(map[string]int, r.len())}
	scan := (func(dialect.Row) error)(nil)
	if s.DB.knownOf(t).tells {
		scan = stored.scan
	}
	err := s.insertRows(ctx, t, values, scan)
	if err == nil && scan == nil {
		stored, err = s.read(ctx, t, r)
	}
	if err != nil {
		return err
	}
	for i := range r.len() {
		if at, there := stored.byKey[r.at(i).Key()]; there {
			r.put(i, stored.rows, at)
		} else if err := s.readBack(ctx, t, r.at(i)); err != nil {
			return &authgen.RowError{Index: i, Cause: err}
		}
	}
	return nil
}

// countIDs makes Postgres count the serial ids of a table ahead of the rows, because
// Postgres does not promise to return rows in the order in which it stored them.
func (s Handle) countIDs(ctx context.Context, t *dialect.Table, r rows, values [][]any) error {
	if !t.Serial {
		return nil
	}
	var without []int
	for i := range r.len() {
		if r.at(i).Key() == Key(0) {
			without = append(without, i)
		}
	}
	if len(without) == 0 {
		return nil
	}
	b := newBuilder(s.DB, t, "SELECT nextval(pg_get_serial_sequence(")
	b.Bind(string(s.DB.dialect.AppendIdent(nil, t.Name)))
	b.Text(", ")
	b.Bind(t.ID)
	b.Text(")) FROM generate_series(1, ")
	b.Bind(int64(len(without)))
	b.Text(")")
	next := 0
	_, err := s.queryBuilt(ctx, t, b, true, func(from dialect.Row) error {
		var id int64
		if err := from.Scan(&id); err != nil {
			return err
		}
		r.at(without[next]).(countedRow).SetID(id)
		values[without[next]][0] = id
		next++
		return nil
	})
	return err
}

// valuesBound turns the values of a document into the values for the dialect. It leaves
// text that is not JSON as it is, and the statement refuses it.
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
// nil, scan gets the rows as they are stored, in any order.
func (s Handle) insertRows(ctx context.Context, t *dialect.Table, rows [][]any, scan func(dialect.Row) error) (err error) {
	columns := s.DB.constants(t).columns
	for len(rows) > 0 {
		n := fitting(rows)
		b := newBuilder(s.DB, t, "INSERT INTO ")
		b.writeRows(t.Name, columns, n, func(i int) []any { return rows[i] })
		if scan == nil {
			_, err = s.countBuilt(ctx, t, b)
		} else {
			b.Text(s.DB.constants(t).returning)
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

// fitting returns how many of the rows fit into one statement. There is at least one row.
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
