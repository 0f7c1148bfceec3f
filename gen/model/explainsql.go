package model

import (
	"github.com/authgen/authgen/gen/schema"
	"github.com/authgen/authgen/internal/rowsql"
)

// The texts of this file are the texts that package runtime builds. A test of the
// conformance suite compares them.

// An explained is the operation whose statements are written.
type explained struct {
	table     *Table
	operation Operation
	dialect   schema.Dialect
}

// A target is the condition of the row that an operation is about.
type target string

// byID is the row with the id that the call names.
func (e *explained) byID() target {
	return target(" WHERE " + e.id() + " = " + e.rows().Placeholder(1))
}

// first is the first of the rows that match.
func (e *explained) first() target { return target(" WHERE … ORDER BY " + e.id() + " LIMIT 1") }

// rows returns what the statements about the table's rows are made of.
func (e *explained) rows() rowsql.Table { return e.table.Rows(e.dialect) }

func (e *explained) id() string { return ident(e.dialect, e.table.ID.Column) }

func (e *explained) from() string { return e.rows().From() }

func (e *explained) all() string { return e.rows().Select() }

func (e *explained) set() string { return "UPDATE " + ident(e.dialect, e.table.SQLName) + " SET …" }

func (e *explained) remove() string { return "DELETE" + e.from() }

func (e *explained) returning() string { return e.rows().Returning() }

// oneOf returns the condition by which a statement writes the row.
func (e *explained) oneOf(of target) string {
	if of == e.byID() || e.dialect == schema.MySQL {
		return string(of)
	}
	return " WHERE " + e.id() + " = (" + e.locking("SELECT "+e.id()+e.from()+string(of)) + ") AND …"
}

// inBatches returns the condition of the rows of a batch.
func (e *explained) inBatches() string { return " WHERE … ORDER BY " + e.id() + " LIMIT 500" }

// batch returns the statement that reads the rows of a batch.
func (e *explained) batch() string { return e.all() + e.inBatches() }

// keys returns the statement that lists the rows behind the first batch.
func (e *explained) keys() string {
	return "SELECT " + e.id() + e.from() + " WHERE … ORDER BY " + e.id()
}

// among returns the condition of rows whose ids are known.
func (e *explained) among() string {
	if e.dialect == schema.Postgres {
		return " WHERE " + e.id() + " = ANY(…)"
	}
	return " WHERE " + e.id() + " IN (…)"
}

// locking returns a statement that locks the rows it reads, for an update or a
// deletion; a writer of SQLite has the whole file.
func (e *explained) locking(text string) string {
	switch {
	case e.dialect == schema.SQLite:
		return text
	case e.dialect == schema.Postgres && !e.deletes():
		return text + " FOR NO KEY UPDATE"
	}
	return text + " FOR UPDATE"
}

// deletes reports whether the operation is a deletion.
func (e *explained) deletes() bool {
	return e.operation == Delete || e.operation == ConsumeOne || e.operation == DeleteMany
}

// overwrite returns the statement of Postgres that updates a row and reads it as
// it was.
func (e *explained) overwrite(of target) string {
	return e.set() + " FROM (" + e.locking(e.all()+e.numbered(of)) + ") AS authgen_old WHERE " +
		ident(e.dialect, e.table.SQLName) + "." + e.id() + " = authgen_old." + e.id() + " RETURNING authgen_old.*"
}

// numbered returns the condition of a row behind what is set.
func (e *explained) numbered(of target) string {
	if of == e.byID() {
		return " WHERE " + e.id() + " = …"
	}
	return string(of)
}

// exchanged returns the statement of Postgres that reads and writes a batch of rows.
func (e *explained) exchanged(write string) string {
	return "WITH authgen_old AS (" + e.locking(e.batch()) + "), authgen_new AS (" + write + " WHERE " + e.id() +
		" = ANY(ARRAY(SELECT " + e.id() + " FROM authgen_old))…) SELECT * FROM authgen_old ORDER BY " + e.id()
}
