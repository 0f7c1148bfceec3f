package runtime

import (
	"strings"
	"time"

	"github.com/authgen/authgen/dialect"
)

// A mender writes the SQL that changes a live table into what the schema says.
type mender struct {
	dialect     dialect.Dialect
	schema      Schema
	live        []*dialect.LiveTable
	definitions map[*dialect.Field]definition

	now     time.Time                    // the time that rows get if they lack one
	retyped map[*dialect.LiveColumn]bool // columns that get the type of the schema
	changed map[*dialect.LiveColumn]bool // the same, and columns that get another collation
	created map[*dialect.Table]bool      // tables that a statement creates
	asIs    bool                         // nothing is mended ahead of what is created
}

func newMender(d dialect.Dialect, schema Schema, live []*dialect.LiveTable) *mender {
	m := &mender{dialect: d, schema: schema, live: live,
		retyped: map[*dialect.LiveColumn]bool{}, changed: map[*dialect.LiveColumn]bool{}, created: map[*dialect.Table]bool{}}
	m.definitions = definitions(schema.DDL.For(d.Kind()), m.quote, schema.Tables)
	return m
}

func (m *mender) kind() dialect.Kind { return m.dialect.Kind() }

// quote returns a name, quoted.
func (m *mender) quote(name string) string { return string(m.dialect.AppendIdent(nil, name)) }

func (m *mender) quotes(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = m.quote(n)
	}
	return strings.Join(quoted, ", ")
}

// remake says what to do if SQLite has no statement for a change.
const remake = "SQLite cannot alter that: make a new table with the statement of authgen schema, copy the rows, drop the old one and give the new one its name"

// alter returns ALTER TABLE with each of the actions. For SQLite, which has none of them, it
// returns a note.
func (m *mender) alter(t *dialect.Table, actions ...string) (sql []string, note string) {
	if m.kind() == dialect.SQLite {
		return nil, remake
	}
	return []string{m.alteration(t, strings.Join(actions, ", "))}, ""
}

func (m *mender) alteration(t *dialect.Table, action string) string {
	return "ALTER TABLE " + m.quote(t.Name) + " " + action
}

// redefine gives a column the type that CREATE TABLE would give it.
func (m *mender) redefine(t *dialect.Table, f *dialect.Field) (sql []string, note string) {
	d, column := m.collated(t, m.definition(t, f)), m.quote(f.Column)
	if m.kind() == dialect.MySQL {
		return m.alter(t, "MODIFY COLUMN "+column+" "+string(d.withoutKey()))
	}
	return m.alter(t, "ALTER COLUMN "+column+" TYPE "+d.sqlType()+" USING "+column+"::"+d.bareType())
}

// collated adds to a definition of text the collation that it should have, if the table
// would give it another.
func (m *mender) collated(t *dialect.Table, d definition) definition {
	if l := liveTable(m.live, t.Name); l != nil && l.Collate != "" && collatedTypes[m.keyType(d.bareType())] {
		return d.withType(d.bareType() + " COLLATE " + l.Collate)
	}
	return d
}

// collatedTypes are the types of MySQL that have a collation.
var collatedTypes = map[string]bool{"varchar": true, "char": true, "tinytext": true, "text": true, "mediumtext": true, "longtext": true, "enum": true}

// allowNull lets a column be null, and keeps its type and collation.
func (m *mender) allowNull(t *dialect.Table, c *dialect.LiveColumn) (sql []string, note string) {
	if m.kind() != dialect.MySQL {
		return m.alter(t, "ALTER COLUMN "+m.quote(c.Name)+" DROP NOT NULL")
	}
	sqlType := c.Type
	if c.Collation != "" {
		sqlType += " COLLATE " + c.Collation
	}
	return m.alter(t, "MODIFY COLUMN "+m.quote(c.Name)+" "+sqlType+" NULL")
}

// reread makes columns of text compare by bytes and hold every character. On MySQL it
// changes the table, so that columns that are added later do so too.
func (m *mender) reread(p pair, columns []*dialect.LiveColumn) (sql []string, note string) {
	if m.kind() == dialect.MySQL {
		for i := range p.live.Columns {
			if c := &p.live.Columns[i]; c.Collation != "" {
				m.changed[c] = true
			}
		}
		return m.alter(p.Table, "CONVERT TO CHARACTER SET utf8mb4 COLLATE "+columns[0].Bytewise)
	}
	actions := make([]string, len(columns))
	for i, c := range columns {
		actions[i] = "ALTER COLUMN " + m.quote(c.Name) + " TYPE " + c.Type + " COLLATE " + c.Bytewise
	}
	return m.alter(p.Table, actions...)
}

// release returns the statements that drop the foreign keys of columns that change, and
// those that make them again. The databases ask for that.
func (m *mender) release() (drop, restore []string) {
	if m.kind() == dialect.SQLite {
		return nil, nil
	}
	for _, t := range m.schema.Tables {
		l := liveTable(m.live, t.Name)
		if l == nil {
			continue
		}
		for _, f := range l.Foreign {
			if !m.changes(l, f) {
				continue
			}
			add := "ADD CONSTRAINT " + m.quote(f.Name) + " FOREIGN KEY (" + m.quotes(f.Columns) + ") REFERENCES " +
				m.quote(f.Table) + " (" + m.quotes(f.Targets) + ") ON DELETE " + f.OnDelete + " ON UPDATE " + f.OnUpdate
			drop, restore = append(drop, m.alteration(t, m.dropForeign(f.Name))), append(restore, m.alteration(t, add))
		}
	}
	return drop, restore
}

// changes reports whether a column of a foreign key, at either end, changes.
func (m *mender) changes(l *dialect.LiveTable, f dialect.LiveForeign) bool {
	for i := range f.Columns {
		if m.changed[l.Column(f.Columns[i])] || m.changed[m.column(f.Table, f.Targets[i])] {
			return true
		}
	}
	return false
}

func (m *mender) dropForeign(name string) string {
	if m.kind() == dialect.MySQL {
		return "DROP FOREIGN KEY " + m.quote(name)
	}
	return "DROP CONSTRAINT " + m.quote(name)
}

// count makes the database count the ids.
func (m *mender) count(t *dialect.Table, c *dialect.LiveColumn) (sql []string, note string) {
	switch {
	case m.kind() == dialect.MySQL:
		return m.alter(t, "MODIFY COLUMN "+m.quote(c.Name)+" "+m.typeOf(t.Name, c.Name)+" NOT NULL AUTO_INCREMENT")
	case c.Default: // it counts already, but refuses an id that is given
		return m.alter(t, "ALTER COLUMN "+m.quote(c.Name)+" SET GENERATED BY DEFAULT")
	}
	return m.alter(t, "ALTER COLUMN "+m.quote(c.Name)+" ADD GENERATED BY DEFAULT AS IDENTITY")
}

// recheck replaces a condition by the condition of the schema, if the schema has one.
func (m *mender) recheck(t *dialect.Table, f *dialect.Field, c dialect.LiveCheck) (sql []string, note string) {
	name, wanted := m.quote(c.Name), m.definitions[f].check()
	switch {
	case m.kind() == dialect.MySQL && c.Name == f.Column: // MariaDB: the condition is part of the column and is replaced with it
		return m.redefine(t, f)
	case c.Name == "" || wanted == "":
		return m.alter(t, "DROP CONSTRAINT "+name)
	}
	return m.alter(t, "DROP CONSTRAINT "+name, "ADD CONSTRAINT "+name+" "+wanted)
}

// addUnique makes a unique index.
func (m *mender) addUnique(t *dialect.Table, u dialect.Unique) []string {
	name := u.Index
	if name == "" { // the primary key
		name = t.Name + "_" + t.ID + "_uidx"
	}
	return []string{"CREATE UNIQUE INDEX " + m.quote(name) + " ON " + m.quote(t.Name) + " (" + m.quotes(u.Columns) + ")"}
}

// addForeign makes a foreign key. It replaces old, a key with another rule, if there is one.
func (m *mender) addForeign(t *dialect.Table, f *dialect.Foreign, old *dialect.LiveForeign) (sql []string, note string) {
	add := m.constraint(f)
	switch {
	case old == nil:
		return m.alter(t, add)
	case m.kind() == dialect.MySQL: // MySQL cannot drop and add a key of one name in one statement
		return []string{m.alteration(t, m.dropForeign(old.Name)), m.alteration(t, add)}, ""
	}
	return m.alter(t, m.dropForeign(old.Name), add)
}

func (m *mender) constraint(f *dialect.Foreign) string {
	return "ADD CONSTRAINT " + m.quote(f.Constraint) + " FOREIGN KEY (" + m.quote(f.Column) + ") " + m.reference(f)
}

func (m *mender) reference(f *dialect.Foreign) string {
	return "REFERENCES " + m.quote(f.Table) + " (" + m.quote(f.Target) + ") ON DELETE " + f.OnDelete
}
