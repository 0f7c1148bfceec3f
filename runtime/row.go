package runtime

import (
	"reflect"
	"sort"
	"strconv"

	"github.com/authgen/authgen/dialect"
)

// A Row is a document on its way between Go and the database. Generated code has a type
// of Row for each table. Everything below works on a Row, so that it is compiled once and
// not again for the document of each table.
type Row interface {
	// Key returns the id as text.
	Key() string
	// Values returns the values of the fields, in the order of the table's fields.
	Values() []any
	// Scan reads a row of the database. Its columns are in the same order.
	Scan(dialect.Row) error
}

// A tidyRow is a Row with values that have more than one form.
type tidyRow interface {
	// Tidy gives the values the form in which they are stored.
	Tidy()
}

// A countedRow is a Row with an id that the database counts.
type countedRow interface {
	// SetID sets the id.
	SetID(int64)
}

// idOf returns the id of a row as a statement takes it.
func idOf(t *dialect.Table, row Row) any {
	key := row.Key()
	if t.Serial {
		if n, err := strconv.ParseInt(key, 10, 64); err == nil {
			return n
		}
	}
	return key
}

// A Codec makes a Row of a document of one table. Generated code has one for each table.
type Codec[T any] struct {
	Table *dialect.Table
	Row   func(*T) Row
}

// rows are the documents of a batch. Every type of document fits behind it.
type rows interface {
	len() int
	at(i int) Row
	add() Row                 // appends a document
	cut(n int)                // keeps the first n documents
	put(i int, r rows, j int) // copies the j-th document of r over the i-th
	fresh() rows              // returns an empty batch of the same type
	slice() any               // returns the documents
}

// documents are the rows of one document type.
type documents[T any] struct {
	codec *Codec[T]
	list  []T
}

func (d *documents[T]) len() int { return len(d.list) }

func (d *documents[T]) at(i int) Row { return d.codec.Row(&d.list[i]) }

func (d *documents[T]) add() Row {
	var doc T
	d.list = append(d.list, doc)
	return d.at(len(d.list) - 1)
}

func (d *documents[T]) cut(n int) { d.list = d.list[:n] }

func (d *documents[T]) put(i int, r rows, j int) { d.list[i] = r.(*documents[T]).list[j] }

func (d *documents[T]) fresh() rows { return &documents[T]{codec: d.codec} }

func (d *documents[T]) slice() any { return d.list }

// into returns a function that appends each row of a result to rows.
func into(r rows) func(dialect.Row) error {
	return func(row dialect.Row) error { return r.add().Scan(row) }
}

// idsOf returns the ids of a batch.
func idsOf(t *dialect.Table, r rows) []any {
	ids := make([]any, r.len())
	for i := range ids {
		ids[i] = idOf(t, r.at(i))
	}
	return ids
}

// sortByID sorts the documents of a batch by their ids.
func sortByID(t *dialect.Table, r rows) {
	sort.Sort(byID{rows: r, exchange: reflect.Swapper(r.slice()), counted: t.Serial})
}

// byID sorts by ids as the database does.
type byID struct {
	rows
	exchange func(i, j int)
	counted  bool // the ids are numbers
}

func (b byID) Len() int { return b.len() }

func (b byID) Swap(i, j int) { b.exchange(i, j) }

func (b byID) Less(i, j int) bool {
	x, y := b.at(i).Key(), b.at(j).Key()
	if !b.counted {
		return x < y
	}
	m, errM := strconv.ParseInt(x, 10, 64)
	n, errN := strconv.ParseInt(y, 10, 64)
	return errM == nil && errN == nil && m < n
}
