package runtime

import (
	"strings"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/rowsql"
)

// constants are the statements about a table whose text depends on the table alone.
type constants struct {
	selectAll string // selects every row; conditions follow it
	byID      string // selects the row with an id, which is the only argument
	insert    string // stores a row; every column is an argument
	remove    string // deletes the row with an id, which is the only argument
	returning string // ends a statement that returns the rows it wrote

	columns         []string          // of the fields, in their order
	insertReturning string            // is insert, and returns the row as it is stored
	find            map[string]string // select the row with the values of a unique index, by the keys of its fields
}

// constantsOf returns the statements of a table in a dialect.
func constantsOf(t *dialect.Table, kind dialect.Kind) *constants {
	r := rowsql.Table{Style: kind.Words().Style, Name: t.Name, ID: t.ID, Serial: t.Serial}
	for i := range t.Fields {
		r.Columns = append(r.Columns, t.Fields[i].Column)
	}
	c := &constants{
		selectAll: r.Select(), byID: r.Find(t.ID), insert: r.Insert(), remove: r.Delete(), returning: r.Returning(),
		columns: r.Columns, insertReturning: r.InsertReturning(), find: make(map[string]string, len(t.Uniques)),
	}
	for _, u := range t.Uniques {
		c.find[strings.Join(u.Fields, ", ")] = r.Find(u.Columns...)
	}
	return c
}

// constants returns the statements of a table.
func (db *DB) constants(t *dialect.Table) *constants {
	if k := db.knownOf(t); k != nil {
		return k.constants
	}
	return constantsOf(t, db.Kind()) // the table is not part of the schema
}
