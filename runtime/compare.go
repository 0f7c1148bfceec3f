package runtime

import (
	"fmt"
	"slices"
	"strings"
)

// compare returns how live tables differ from a schema, as far as that breaks a
// rule of docs/semantics.md (S1): in an order in which the SQL that mends it can
// run. A table that is not there is no difference.
func compare(schema Schema, live []*LiveTable, d Dialect) []Difference {
	c := &comparison{schema: schema, mend: newMender(d, schema, live)}
	var tables []pair
	for _, t := range schema.Tables {
		switch l := liveTable(live, t.Name); {
		case l == nil:
		case l.Unfit != "":
			c.add(t, nil, t.Name+" "+l.Unfit+", and has to be a table", nil, "drop or rename it; CreateTables makes the table")
		default:
			tables = append(tables, pair{t, l})
		}
	}
	for _, pass := range []func(pair){c.engine, c.columns, c.strangers, c.conditions} {
		for _, p := range tables {
			pass(p)
		}
	}
	c.collations(tables)
	for _, pass := range []func(pair){c.uniques, c.references} {
		for _, p := range tables {
			pass(p)
		}
	}
	return c.list
}

// A comparison collects differences.
type comparison struct {
	schema Schema
	mend   *mender
	list   []Difference
}

// A pair is a table and what the database has of it.
type pair struct {
	*Table
	live *LiveTable
}

func (c *comparison) add(t *Table, fields []string, what string, sql []string, note string) {
	c.list = append(c.list, Difference{Table: t.Key, Fields: fields, What: what, SQL: sql, Note: note})
}

func (c *comparison) engine(p pair) {
	if e := p.live.Engine; e != "" {
		sql, note := c.mend.alter(p.Table, "ENGINE = InnoDB")
		c.add(p.Table, nil, "its engine "+e+" has no transactions", sql, note)
	}
}

// columns compares the fields with the columns, but for their collations.
func (c *comparison) columns(p pair) {
	for i := range p.Fields {
		f := &p.Fields[i]
		l := p.live.Column(f.Column)
		if l == nil {
			sql, note := c.mend.addColumn(p.Table, f)
			c.add(p.Table, []string{f.Key}, "there is no column "+f.Column, sql, note)
			continue
		}
		c.column(p.Table, f, l)
	}
}

// column compares one field with its column.
func (c *comparison) column(t *Table, f *Field, l *LiveColumn) {
	add := func(what string, sql []string, note string) { c.add(t, []string{f.Key}, "the column "+what, sql, note) }
	if why := c.unheld(t, f, l); why != "" {
		sql, note := c.mend.redefine(t, f)
		add(why, sql, note)
	} else if f.Type == TypeTime && l.Times&f.form() == 0 {
		add("holds times in another form than "+f.form().String(), nil, l.Times.note(f))
	}
	if l.Generated {
		add("is computed by the database, which refuses a value for it", nil, "make it a column that is written")
	}
	if f.Nullable && !l.Nullable {
		sql, note := c.mend.allowNull(t, l)
		add("is NOT NULL, and the field is nullable", sql, note)
	}
	if t.Serial && t.isID(f) && !l.Counted {
		sql, note := c.mend.count(t, l)
		add("is not counted by the database, or takes no id that is given, and the ids are serial", sql, note)
	}
}

// unheld says why a column does not hold every value of its field, or nothing.
func (c *comparison) unheld(t *Table, f *Field, l *LiveColumn) string {
	is := "is " + l.Type
	switch longest := c.longest(t, f); {
	case !l.Holds.Has(f.Type) && !(c.isCounted(t, f) && l.Holds.Has(TypeInt)):
		return is + ", which does not hold " + f.Type.values()
	case l.UUIDs && !c.isKey(t, f):
		return is + ", which does not hold " + f.Type.values()
	case l.UUIDs && t.isID(f) && t.IDs != "" && !strings.HasPrefix(t.IDs, "uuid"):
		return is + ", and the ids that are made are not UUIDs: ids: uuid in schema.yaml makes them"
	case l.Length > 0 && l.Length < longest:
		return fmt.Sprintf("%s, and values have up to %d characters", is, longest)
	case l.Values != nil && lacking(l.Values, f) != "":
		return is + ", which refuses " + lacking(l.Values, f)
	}
	return ""
}

// longest returns how many characters a value may have, as far as that is known.
func (c *comparison) longest(t *Table, f *Field) int {
	longest := f.MaxLength
	for _, v := range f.Enum {
		longest = max(longest, len([]rune(v)))
	}
	if t.isID(f) {
		longest = max(longest, idLengths[t.IDs])
	}
	return longest
}

// idLengths are the characters of the ids that are made, by strategy.
var idLengths = map[string]int{"nanoid": 32, "uuid": 36, "uuidv7": 36, "ulid": 26}

// isCounted reports whether a field holds ids that the database counts: they fit
// 32 bits for long.
func (c *comparison) isCounted(t *Table, f *Field) bool {
	if t.isID(f) {
		return t.Serial
	}
	for fk := range c.schema.chain(t, f) {
		if p := c.schema.table(fk.Table); p.ID == fk.Target {
			return p.Serial
		}
	}
	return false
}

// isKey reports whether a field is an id, or refers to another.
func (c *comparison) isKey(t *Table, f *Field) bool { return t.isID(f) || t.foreign(f.Column) != nil }

// collations finds text that does not compare by bytes (W8), by the collation.
func (c *comparison) collations(tables []pair) {
	begin := len(c.list)
	var changed []pair
	for _, p := range tables {
		folding, names := p.folding()
		for i, columns := range folding {
			sql, note := c.mend.unfold(p.Table, columns)
			c.add(p.Table, p.keys(columns), "the collation "+names[i]+" takes different texts for the same: it does not compare by bytes", sql, note)
		}
		if len(folding) > 0 {
			changed = append(changed, p)
		}
	}
	if drop, restore := c.mend.release(changed); len(drop) > 0 {
		first, last := &c.list[begin], &c.list[len(c.list)-1]
		first.SQL = append(drop, first.SQL...)
		last.SQL = append(last.SQL, restore...)
	}
}

// folding returns the columns of text that do not compare by bytes, by their
// collation.
func (p pair) folding() (columns [][]*LiveColumn, collations []string) {
	for i := range p.Fields {
		f := &p.Fields[i]
		l := p.live.Column(f.Column)
		if l == nil || l.Folding == "" || !TypesOf(TypeString, TypeText).Has(f.Type) || !l.Holds.Has(f.Type) {
			continue
		}
		at := slices.Index(collations, l.Folding)
		if at < 0 {
			at = len(collations)
			collations, columns = append(collations, l.Folding), append(columns, nil)
		}
		columns[at] = append(columns[at], l)
	}
	return columns, collations
}

// keys returns the keys of the fields that columns are of.
func (p pair) keys(columns []*LiveColumn) []string {
	keys := make([]string, len(columns))
	for i, l := range columns {
		keys[i] = p.key(l.Name)
	}
	return keys
}

// strangers finds columns that keep rows from being stored.
func (c *comparison) strangers(p pair) {
	for i := range p.live.Columns {
		l := &p.live.Columns[i]
		if l.Nullable || l.Default || l.Generated || p.column(l.Name) != nil {
			continue
		}
		sql, note := c.mend.allowNull(p.Table, l)
		if note == "" {
			note = "or give it a DEFAULT, or add the field to schema.yaml"
		}
		c.add(p.Table, []string{l.Name}, "the schema has no field for this column, which is NOT NULL without a default: no row could be stored", sql, note)
	}
}

// uniques finds sets of columns whose values two rows could share. An index of
// some of the columns keeps them unique too.
func (c *comparison) uniques(p pair) {
	kept := append([]LiveUnique{{Columns: p.live.Primary}}, p.live.Uniques...)
	for _, u := range p.Uniques {
		if slices.ContainsFunc(kept, func(l LiveUnique) bool { return l.keeps(u) }) {
			continue
		}
		c.add(p.Table, u.Fields, "no unique index of all rows keeps two of them from sharing this", c.mend.addUnique(p.Table, u), adds(u))
		c.list[len(c.list)-1].added = u.Index != ""
	}
}

// adds says that CreateTables makes an index too.
func adds(u Unique) string {
	if u.Index == "" {
		return ""
	}
	return "or call CreateTables, behind Open with WithSchemaCheck(WarnOfDifferences)"
}

func (l LiveUnique) keeps(u Unique) bool {
	inside := func(column string) bool { return slices.Contains(u.Columns, column) }
	return len(l.Columns) > 0 && !slices.ContainsFunc(l.Columns, func(column string) bool { return !inside(column) })
}

// references finds references that the database does not keep, or keeps by
// another rule.
func (c *comparison) references(p pair) {
	for i := range p.Foreign {
		f := &p.Foreign[i]
		l := p.live.reference(f)
		switch {
		case p.live.Column(f.Column) == nil && c.mend.kind() == SQLite: // added with its column
		case l == nil:
			sql, note := c.mend.addForeign(p.Table, f, nil)
			c.add(p.Table, []string{f.Field}, "no foreign key refers to "+f.Table+"."+f.Target, sql, note)
			c.list[len(c.list)-1].added = c.mend.kind() != SQLite
		case rule(l.OnDelete) != rule(f.OnDelete):
			sql, note := c.mend.addForeign(p.Table, f, l)
			c.add(p.Table, []string{f.Field}, "its foreign key has ON DELETE "+l.OnDelete+", and the schema says "+f.OnDelete, sql, note)
		}
	}
}

// rule returns what a foreign key does on a delete. NO ACTION differs from
// RESTRICT only in when it refuses.
func rule(onDelete string) string {
	if onDelete == "NO ACTION" {
		return "RESTRICT"
	}
	return onDelete
}

func (t *LiveTable) reference(f *Foreign) *LiveForeign {
	for i := range t.Foreign {
		l := &t.Foreign[i]
		if slices.Equal(l.Columns, []string{f.Column}) && l.Table == f.Table && (len(l.Targets) == 0 || slices.Equal(l.Targets, []string{f.Target})) {
			return l
		}
	}
	return nil
}

// conditions finds CHECKs that refuse what the schema allows.
func (c *comparison) conditions(p pair) {
	for _, check := range p.live.Checks {
		asked, ok := conditionOf(check, c.mend.kind())
		if !ok {
			continue
		}
		f := p.column(asked.column)
		if f == nil {
			continue
		}
		if refused := asked.refuses(f); refused != "" {
			sql, note := c.mend.recheck(p.Table, f, check)
			c.add(p.Table, []string{f.Key}, checkName(check)+" refuses "+refused+", which the schema allows", sql, note)
		}
	}
}

func checkName(c LiveCheck) string {
	if c.Name == "" {
		return "a CHECK of the table"
	}
	return "the CHECK " + c.Name
}

func liveTable(live []*LiveTable, name string) *LiveTable {
	for _, l := range live {
		if l.Name == name {
			return l
		}
	}
	return nil
}
