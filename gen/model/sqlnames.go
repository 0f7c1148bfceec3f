package model

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/authgen/authgen/gen/schema"
)

// The limits of names. Postgres cuts longer ones off silently.
const (
	maxPostgres = 63 // bytes
	maxMySQL    = 64 // characters
)

// tableName returns the SQL name of a table.
func (b *builder) tableName(t *schema.Table) string {
	if t.Name != "" {
		return t.Name
	}
	switch b.schema.Naming.Tables {
	case "snake":
		return snake(t.Key)
	case "plural":
		return pluralOf(t.Key)
	case "snakePlural":
		return pluralOf(snake(t.Key))
	}
	return t.Key
}

// columnName returns the SQL name of a field.
func (b *builder) columnName(f *schema.Field) string {
	switch {
	case f.Column != "":
		return f.Column
	case b.schema.Naming.Columns == "snake":
		return snake(f.Key)
	}
	return f.Key
}

// shorten returns a derived name. If the name would be too long for Postgres, shorten cuts
// it and adds a hash.
func shorten(stem, suffix string) string {
	if len(stem)+len(suffix) <= maxPostgres {
		return stem + suffix
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(stem)) // never fails
	hash := fmt.Sprintf("_%08x", h.Sum32())
	cut := maxPostgres - len(hash) - len(suffix)
	for !utf8.RuneStart(stem[cut]) {
		cut--
	}
	return stem[:cut] + hash + suffix
}

// A nameSpace finds SQL names that meet. It ignores case, because SQLite and MySQL do.
type nameSpace struct {
	b    *builder
	seen map[string]string // what has each name, by the name in lower case
}

func (b *builder) nameSpace() *nameSpace { return &nameSpace{b, map[string]string{}} }

// add records a name, and reports whether it was free. fix completes the message
// about a name that is taken.
func (n *nameSpace) add(name, what, fix string, pos schema.Pos) bool {
	folded := strings.ToLower(name)
	if other, taken := n.seen[folded]; taken {
		n.b.problem(pos, "%s: the SQL name %s is that of %s too, as databases compare names; %s", what, strconv.Quote(name), other, fix)
		return false
	}
	n.seen[folded] = what
	return true
}

// A met tells which tables and fields share their name with another. Names that are derived
// from such a name meet as well, and are not reported again.
type met struct {
	tables map[*Table]bool
	fields map[*Field]bool
}

// checkSQLNames reports SQL names that meet or that a database refuses.
func (b *builder) checkSQLNames() {
	relations, constraints := b.nameSpace(), b.nameSpace()
	m := met{map[*Table]bool{}, map[*Field]bool{}}
	for _, t := range b.model.Tables {
		what := "table " + strconv.Quote(t.Key)
		b.checkTableName(t, what)
		m.tables[t] = !relations.add(t.SQLName, what, `set "name" of one of them`, t.source.NamePos)
		b.checkColumns(t, m)
	}
	for _, t := range b.model.Tables {
		b.checkDerived(t, relations, m)
		for _, f := range t.layout.foreign {
			if !m.tables[t] && !m.fields[t.field(f.Field)] {
				constraints.add(f.Constraint, t.Key+"."+f.Field, `set "column" of one of the fields`, f.pos)
			}
		}
	}
}

func (b *builder) checkTableName(t *Table, what string) {
	b.checkName(t.SQLName, what, `set "name"`, t.source.NamePos)
	if b.model.has(schema.SQLite) && strings.HasPrefix(strings.ToLower(t.SQLName), "sqlite_") {
		b.problem(t.source.NamePos, `%s: SQLite keeps names that start with "sqlite_" for itself; set "name"`, what)
	}
}

// ownColumns are the columns that every table of a dialect has by itself, in
// lower case. If a table lacks a field's column of that name, SQLite reads its own column
// without an error.
var ownColumns = []struct {
	dialect schema.Dialect
	names   map[string]bool
	problem string
}{
	{schema.SQLite, set("rowid", "oid", "_rowid_"), "every row of SQLite has a number of its own by the name %s"},
	{schema.Postgres, set("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"), "every table of Postgres has a column %s of its own"},
	{schema.MySQL, set("db_row_id", "db_trx_id", "db_roll_ptr", "fts_doc_id"), "MySQL keeps the name %s for a column of its own"},
}

// ownIndexes are the names of indexes that MySQL keeps for itself, in lower case.
var ownIndexes = set("primary", "gen_clust_index", "fts_doc_id_index")

func (b *builder) checkColumns(t *Table, m met) {
	columns := b.nameSpace()
	columns.add(t.ID.Column, "the id of table "+strconv.Quote(t.Key), "", t.source.Pos)
	for _, f := range t.Fields {
		what := t.Key + "." + f.Key
		b.checkName(f.Column, what, `set "column"`, f.source.ColumnPos)
		m.fields[f] = !columns.add(f.Column, what, `set "column"`, f.source.ColumnPos)
		for _, own := range ownColumns {
			if b.model.has(own.dialect) && own.names[strings.ToLower(f.Column)] {
				b.problem(f.source.ColumnPos, "%s: "+own.problem+`; set "column"`, what, f.Column)
			}
		}
	}
}

// checkDerived checks the names that share a space with those of tables.
func (b *builder) checkDerived(t *Table, relations *nameSpace, m met) {
	if b.model.has(schema.Postgres) && !m.tables[t] {
		what := "the primary key of table " + strconv.Quote(t.Key)
		relations.add(shorten(t.SQLName, "_pkey"), what, `set "name" of a table`, t.source.NamePos)
		if t.ID.Serial {
			relations.add(shorten(t.SQLName+"_"+t.ID.Column, "_seq"), "the counter of table "+strconv.Quote(t.Key), `set "name" of a table`, t.source.NamePos)
		}
	}
	for _, i := range t.layout.indexes {
		what := "table " + strconv.Quote(t.Key) + ": index"
		if i.given {
			b.checkName(i.name, what, `give it another "name"`, i.pos)
			if b.model.has(schema.MySQL) && ownIndexes[strings.ToLower(i.name)] {
				b.problem(i.pos, `%s: MySQL keeps the name %s for an index of its own; give it another "name"`, what, i.name)
			}
		} else if m.tables[t] || slices.ContainsFunc(i.fields, func(f *Field) bool { return m.fields[f] }) {
			continue
		}
		relations.add(i.name, what, `give it another "name" under "indexes"`, i.pos)
	}
}

// checkName reports a name that a database refuses.
func (b *builder) checkName(name, what, fix string, pos schema.Pos) {
	m := b.model
	switch {
	case m.has(schema.Postgres) && len(name) > maxPostgres:
		b.problem(pos, "%s: the SQL name %s has %d bytes, and Postgres takes %d; %s", what, strconv.Quote(name), len(name), maxPostgres, fix)
	case m.has(schema.MySQL) && utf8.RuneCountInString(name) > maxMySQL:
		b.problem(pos, "%s: the SQL name %s has %d characters, and MySQL takes %d; %s", what, strconv.Quote(name), utf8.RuneCountInString(name), maxMySQL, fix)
	case m.has(schema.MySQL) && strings.HasSuffix(name, " "):
		b.problem(pos, "%s: the SQL name %s ends in a space, which MySQL refuses; %s", what, strconv.Quote(name), fix)
	case m.has(schema.MySQL) && strings.ContainsFunc(name, func(r rune) bool { return r > 0xFFFF }):
		b.problem(pos, "%s: the SQL name %s has a character beyond U+FFFF, which MySQL refuses; %s", what, strconv.Quote(name), fix)
	}
}
