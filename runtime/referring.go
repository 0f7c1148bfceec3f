package runtime

import (
	"iter"
	"strings"

	"github.com/authgen/authgen/dialect"
)

// A foreign key asks for two columns of one type, and on MySQL of one collation. So a
// column that refers to a table of another program gets the type of the column there.

// definition returns the text that follows the name of a column in CREATE TABLE. A column
// that refers to another has the type of its target.
func (m *mender) definition(t *dialect.Table, f *dialect.Field) definition {
	d, l := m.definitions[f], m.target(t, f)
	switch {
	case l == nil:
		return d
	case !m.alike(l.Type, d.bareType()):
		d = d.withType(l.Type)
	}
	if m.asIs && l.Collation != l.Bytewise && m.kind() == dialect.MySQL {
		d = d.withType(d.bareType() + " COLLATE " + l.Collation)
	}
	return d
}

// target returns the live column from which a reference takes its type: the column to which
// it refers, or the one to which that refers in turn. It returns nil if the reference has
// the type of the schema.
func (m *mender) target(t *dialect.Table, f *dialect.Field) *dialect.LiveColumn {
	for fk := range chainOf(m.schema, t, f) {
		if c := m.column(fk.Table, fk.Target); c != nil {
			if m.retyped[c] {
				return nil
			}
			return c
		}
	}
	return nil
}

// chainOf returns the reference of a field, then the reference of the field to which it
// refers, and so on.
func chainOf(s Schema, t *dialect.Table, f *dialect.Field) iter.Seq[*dialect.Foreign] {
	return func(yield func(*dialect.Foreign) bool) {
		fk := foreignAt(t, f.Column)
		for range s.Tables { // a chain is no longer
			if fk == nil || !yield(fk) {
				return
			}
			fk = foreignAt(tableOf(s, fk.Table), fk.Target)
		}
	}
}

// column returns a live column, or nil.
func (m *mender) column(table, column string) *dialect.LiveColumn {
	if l := liveTable(m.live, table); l != nil {
		return l.Column(column)
	}
	return nil
}

// alike reports whether a foreign key can be between columns of two types.
func (m *mender) alike(a, b string) bool { return m.keyType(a) == m.keyType(b) }

// keyType returns the same text for two types if a foreign key can be between them.
func (m *mender) keyType(sqlType string) string {
	base, rest, _ := strings.Cut(strings.ToLower(sqlType), "(")
	switch {
	case m.kind() == dialect.SQLite: // SQLite takes a foreign key between any two types
		return ""
	case m.kind() == dialect.Postgres && base == "character varying":
		return "text"
	case m.kind() == dialect.Postgres && (base == "smallint" || base == "integer"):
		return "bigint"
	case strings.Contains(rest, "unsigned"):
		return base + " unsigned"
	}
	return base
}

// suit gives references in CREATE TABLE the types of their targets.
func (m *mender) suit(t *dialect.Table, create string) string {
	for i := range t.Fields {
		f := &t.Fields[i]
		begin := "\n  " + m.quote(f.Column) + " "
		create = strings.Replace(create, begin+string(m.definitions[f]), begin+string(m.definition(t, f)), 1)
	}
	return create
}

// creates reports whether a statement of the DDL creates a table.
func (m *mender) creates(statement string, t *dialect.Table) bool {
	return strings.Contains(statement, createTable+m.quote(t.Name)+" (\n")
}

// prepare returns the statements that a foreign key needs ahead of it: those that create its
// table, and that give its column the type of the target. what says what is there instead.
func (m *mender) prepare(p pair, f *dialect.Foreign) (sql []string, what string) {
	if m.kind() == dialect.SQLite {
		return nil, ""
	}
	if liveTable(m.live, f.Table) == nil {
		sql, what = m.create(f.Table), ", and there is no table "+f.Table
	}
	own, wanted := m.typeOf(p.Name, f.Column), m.typeOf(f.Table, f.Target)
	if l := p.live.Column(f.Column); l != nil && !m.alike(own, wanted) {
		sql = append(sql, m.retype(p.Table, l, wanted))
		what = ": the column is " + own + ", and that one is " + wanted
	}
	return sql, what
}

// typeOf returns the type that a column has once it is mended.
func (m *mender) typeOf(table, column string) string {
	if c := m.column(table, column); c != nil && !m.retyped[c] {
		return c.Type
	}
	t := tableOf(m.schema, table)
	return m.definition(t, fieldAt(t, column)).bareType()
}

// retype gives a column another type, and keeps whether it may be null.
func (m *mender) retype(t *dialect.Table, l *dialect.LiveColumn, sqlType string) string {
	name := m.quote(l.Name)
	if m.kind() == dialect.Postgres {
		return m.alteration(t, "ALTER COLUMN "+name+" TYPE "+sqlType+" USING "+name+"::"+sqlType)
	}
	d := m.collated(t, definition(sqlType))
	if !l.Nullable {
		d += " NOT NULL"
	}
	return m.alteration(t, "MODIFY COLUMN "+name+" "+string(d))
}

// create returns the statements that create a table and the tables to which it refers, with
// their indexes and foreign keys. It leaves out tables that an earlier statement creates.
func (m *mender) create(name string) []string {
	var tables []*dialect.Table
	m.lacking(name, &tables)
	var sql, late []string
	for _, s := range Statements(m.schema.DDL.For(m.kind())) {
		for _, t := range tables {
			switch quoted := m.quote(t.Name); {
			case m.creates(s, t):
				s = m.suit(t, s[strings.Index(s, createTable):])
				sql = append(sql, s)
				for i := range t.Foreign {
					if fk := &t.Foreign[i]; !strings.Contains(s, "\n  CONSTRAINT "+m.quote(fk.Constraint)+" ") {
						late = append(late, m.alteration(t, m.constraint(fk)))
					}
				}
			case m.kind() == dialect.Postgres && strings.HasPrefix(strings.TrimSpace(s), "CREATE ") && strings.Contains(s, " ON "+quoted+" ("):
				sql = append(sql, strings.TrimSpace(s))
			}
		}
	}
	return append(sql, late...)
}

// lacking adds a table if it is missing, and the missing tables to which it refers.
func (m *mender) lacking(name string, tables *[]*dialect.Table) {
	t := tableOf(m.schema, name)
	if m.created[t] || liveTable(m.live, name) != nil {
		return
	}
	m.created[t] = true
	*tables = append(*tables, t)
	for _, fk := range t.Foreign {
		m.lacking(fk.Table, tables)
	}
}
