package runtime

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// compare returns how live tables differ from a schema, as far as that breaks a
// rule of docs/semantics.md (S1). The differences are in an order in which the SQL that
// mends them can run. A missing table does not count as a difference. Rows that lack a time
// get now.
func compare(schema Schema, live []*dialect.LiveTable, d dialect.Dialect, now time.Time) []authgen.Difference {
	c := &comparison{schema: schema, mend: newMender(d, schema, live), first: -1}
	c.mend.now = now
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
	passes := func(passes ...func(pair)) {
		for _, pass := range passes {
			for _, p := range tables {
				pass(p)
			}
		}
	}
	passes(c.engine, c.retypes, c.columns, c.times, c.missing, c.strangers, c.conditions, c.characters)
	c.release()
	passes(c.uniques, c.references)
	return c.list
}

// A comparison collects differences.
type comparison struct {
	schema Schema
	mend   *mender
	list   []authgen.Difference

	first, last int // the differences whose SQL gives columns another type or collation
}

// A pair is a table of the schema and the same table in the database.
type pair struct {
	*dialect.Table
	live *dialect.LiveTable
}

func (c *comparison) add(t *dialect.Table, fields []string, what string, sql []string, note string) {
	c.list = append(c.list, authgen.Difference{Table: t.Key, Fields: fields, What: what, SQL: sql, Note: note})
}

func (c *comparison) engine(p pair) {
	if e := p.live.Engine; e != "" {
		sql, note := c.mend.alter(p.Table, "ENGINE = InnoDB")
		c.add(p.Table, nil, "its engine "+e+" has no transactions", sql, note)
	}
}

// retypes finds the columns that get the type of the schema.
func (c *comparison) retypes(p pair) {
	for i := range p.Fields {
		if l := p.live.Column(p.Fields[i].Column); l != nil && c.unheld(p.Table, &p.Fields[i], l) != "" {
			c.mend.retyped[l], c.mend.changed[l] = true, true
		}
	}
}

// columns compares the fields with the columns that are there.
func (c *comparison) columns(p pair) {
	for i := range p.Fields {
		if l := p.live.Column(p.Fields[i].Column); l != nil {
			c.column(p.Table, &p.Fields[i], l)
		}
	}
}

// missing finds fields without a column.
func (c *comparison) missing(p pair) {
	for i := range p.Fields {
		if f := &p.Fields[i]; p.live.Column(f.Column) == nil {
			sql, note := c.mend.addColumn(p, f)
			c.add(p.Table, []string{f.Key}, "there is no column "+f.Column, sql, note)
		}
	}
}

// column compares one field with its column.
func (c *comparison) column(t *dialect.Table, f *dialect.Field, l *dialect.LiveColumn) {
	add := func(what string, sql []string, note string) { c.add(t, []string{f.Key}, "the column "+what, sql, note) }
	if why := c.unheld(t, f, l); why != "" {
		sql, note := c.mend.redefine(t, f)
		add(why, sql, note)
		c.changes()
	}
	if l.Generated {
		add("is computed by the database, which refuses a value for it", nil, "make it a column that is written")
	}
	if f.Nullable && !l.Nullable {
		sql, note := c.mend.allowNull(t, l)
		add("is NOT NULL, and the field is nullable", sql, note)
	}
	if t.Serial && isIDField(t, f) && !l.Counted {
		sql, note := c.mend.count(t, l)
		add("is not counted by the database, or takes no id that is given, and the ids are serial", sql, note)
	}
}

// unheld says why a column does not hold every value of its field, or nothing.
func (c *comparison) unheld(t *dialect.Table, f *dialect.Field, l *dialect.LiveColumn) string {
	is := "is " + l.Type
	switch longest := c.longest(t, f); {
	case !l.Holds.Has(f.Type) && !(c.isCounted(t, f) && l.Holds.Has(dialect.TypeInt)):
		return is + ", which does not hold " + f.Type.Values()
	case l.UUIDs && !c.isKey(t, f):
		return is + ", which does not hold " + f.Type.Values()
	case l.UUIDs && isIDField(t, f) && t.IDs != "" && !strings.HasPrefix(t.IDs, "uuid"):
		return is + ", and the ids that are made are not UUIDs: ids: uuid in schema.yaml makes them"
	case l.Length > 0 && l.Length < longest:
		return fmt.Sprintf("%s, and values have up to %d characters", is, longest)
	case l.Values != nil && lacking(l.Values, f) != "":
		return is + ", which refuses " + lacking(l.Values, f)
	}
	return ""
}

// longest returns how many characters a value may have, if that is known.
func (c *comparison) longest(t *dialect.Table, f *dialect.Field) int {
	longest := f.MaxLength
	for _, v := range f.Enum {
		longest = max(longest, len([]rune(v)))
	}
	if isIDField(t, f) {
		longest = max(longest, idLengths[t.IDs])
	}
	return longest
}

// idLengths are how many characters the ids have that each strategy makes.
var idLengths = map[string]int{"nanoid": 32, "uuid": 36, "uuidv7": 36, "ulid": 26}

// isCounted reports whether a field holds ids that the database counts. Such ids fit into
// 32 bits for a long time.
func (c *comparison) isCounted(t *dialect.Table, f *dialect.Field) bool {
	if isIDField(t, f) {
		return t.Serial
	}
	for fk := range chainOf(c.schema, t, f) {
		if p := tableOf(c.schema, fk.Table); p.ID == fk.Target {
			return p.Serial
		}
	}
	return false
}

// isKey reports whether a field is an id, or refers to another.
func (c *comparison) isKey(t *dialect.Table, f *dialect.Field) bool {
	return isIDField(t, f) || foreignAt(t, f.Column) != nil
}

// changes records that the last difference gives columns another type or collation.
func (c *comparison) changes() {
	c.last = len(c.list) - 1
	if c.first < 0 {
		c.first = c.last
	}
}

// release drops the foreign keys of columns that get another type or collation. It drops
// them ahead of the first such change, and makes them again behind the last.
func (c *comparison) release() {
	if drop, restore := c.mend.release(); len(drop) > 0 {
		first, last := &c.list[c.first], &c.list[c.last]
		first.SQL = append(drop, first.SQL...)
		last.SQL = append(last.SQL, restore...)
	}
}

// characters finds columns of text that do not hold every character, or do not compare by
// bytes (W8). It goes by their character set and collation.
func (c *comparison) characters(p pair) {
	whys, columns := p.misread()
	for i, why := range whys {
		sql, note := c.mend.reread(p, columns[i])
		if i > 0 && c.mend.kind() == dialect.MySQL {
			sql, note = nil, sameStatement
		}
		c.add(p.Table, p.keys(columns[i]), why, sql, note)
		c.changes()
	}
}

// sameStatement is the note of a difference that the statement of the one before mends.
const sameStatement = "the statement above mends this too"

// misread returns why columns of text are not read as they were written, and which columns
// these are.
func (p pair) misread() (whys []string, columns [][]*dialect.LiveColumn) {
	for i := range p.Fields {
		f := &p.Fields[i]
		l := p.live.Column(f.Column)
		if l == nil || !l.Holds.Has(f.Type) {
			continue
		}
		why := misreads(l, f)
		if why == "" {
			continue
		}
		at := slices.Index(whys, why)
		if at < 0 {
			at = len(whys)
			whys, columns = append(whys, why), append(columns, nil)
		}
		columns[at] = append(columns[at], l)
	}
	return whys, columns
}

// misreads says why text is not read as it was written, or nothing.
func misreads(l *dialect.LiveColumn, f *dialect.Field) string {
	switch isText := dialect.TypesOf(dialect.TypeString, dialect.TypeText).Has(f.Type); {
	case l.Charset != "":
		return "the character set " + l.Charset + " does not hold every text"
	case !isText || l.Folding == "":
		return ""
	case l.Pads:
		return "the collation " + l.Folding + " ignores spaces at the end of a text: it does not compare by bytes"
	}
	return "the collation " + l.Folding + " takes different texts for the same: it does not compare by bytes"
}

// keys returns the keys of the fields that columns are of.
func (p pair) keys(columns []*dialect.LiveColumn) []string {
	keys := make([]string, len(columns))
	for i, l := range columns {
		keys[i] = keyOf(p.Table, l.Name)
	}
	return keys
}

// strangers finds columns that keep rows from being stored.
func (c *comparison) strangers(p pair) {
	for i := range p.live.Columns {
		l := &p.live.Columns[i]
		if l.Nullable || l.Default || l.Generated || fieldAt(p.Table, l.Name) != nil {
			continue
		}
		sql, note := c.mend.allowNull(p.Table, l)
		if note == "" {
			note = "or give it a DEFAULT, or add the field to schema.yaml"
		}
		c.add(p.Table, []string{l.Name}, "the schema has no field for this column, which is NOT NULL without a default: no row could be stored", sql, note)
	}
}

// uniques finds unique sets of columns whose values two rows could share. A unique index on
// only some of the columns keeps the set unique too.
func (c *comparison) uniques(p pair) {
	kept := append([]dialect.LiveUnique{{Columns: p.live.Primary}}, p.live.Uniques...)
	for _, u := range p.Uniques {
		if slices.ContainsFunc(kept, func(l dialect.LiveUnique) bool { return keepsUnique(l, u) }) {
			continue
		}
		c.add(p.Table, u.Fields, "no unique index of all rows keeps two of them from sharing this", c.mend.addUnique(p.Table, u), adds(u))
		c.list[len(c.list)-1].Missing = u.Index != ""
	}
}

// adds says that CreateTables makes an index too.
func adds(u dialect.Unique) string {
	if u.Index == "" {
		return ""
	}
	return "or open with WithSchemaCheck(WarnOfDifferences) and call CreateTables"
}

func keepsUnique(l dialect.LiveUnique, u dialect.Unique) bool {
	inside := func(column string) bool { return slices.Contains(u.Columns, column) }
	return len(l.Columns) > 0 && !slices.ContainsFunc(l.Columns, func(column string) bool { return !inside(column) })
}

// references finds references that the database does not keep, or keeps by
// another rule.
func (c *comparison) references(p pair) {
	for i := range p.Foreign {
		f := &p.Foreign[i]
		l := referenceOf(p.live, f)
		switch {
		case p.live.Column(f.Column) == nil && c.mend.kind() == dialect.SQLite: // the reference is added with its column
		case l == nil:
			ahead, what := c.mend.prepare(p, f)
			sql, note := c.mend.addForeign(p.Table, f, nil)
			c.add(p.Table, []string{f.Field}, "no foreign key refers to "+f.Table+"."+f.Target+what, append(ahead, sql...), note)
			c.list[len(c.list)-1].Missing = c.mend.kind() != dialect.SQLite
		case rule(l.OnDelete) != rule(f.OnDelete):
			sql, note := c.mend.addForeign(p.Table, f, l)
			c.add(p.Table, []string{f.Field}, "its foreign key has ON DELETE "+l.OnDelete+", and the schema says "+f.OnDelete, sql, note)
		}
	}
}

// rule returns what a foreign key does on a delete. It treats NO ACTION as RESTRICT,
// because they differ only in when they refuse.
func rule(onDelete string) string {
	if onDelete == "NO ACTION" {
		return "RESTRICT"
	}
	return onDelete
}

func referenceOf(t *dialect.LiveTable, f *dialect.Foreign) *dialect.LiveForeign {
	for i := range t.Foreign {
		l := &t.Foreign[i]
		if slices.Equal(l.Columns, []string{f.Column}) && l.Table == f.Table && (len(l.Targets) == 0 || slices.Equal(l.Targets, []string{f.Target})) {
			return l
		}
	}
	return nil
}

// conditions finds CHECKs that refuse a value which the schema allows.
func (c *comparison) conditions(p pair) {
	for _, check := range p.live.Checks {
		asked, ok := conditionOf(check, c.mend.kind())
		if !ok {
			continue
		}
		f := fieldAt(p.Table, asked.column)
		if f == nil {
			continue
		}
		if refused := asked.refuses(f); refused != "" {
			sql, note := c.mend.recheck(p.Table, f, check)
			c.add(p.Table, []string{f.Key}, checkName(check)+" refuses "+refused+", which the schema allows", sql, note)
		}
	}
}

func checkName(c dialect.LiveCheck) string {
	if c.Name == "" {
		return "a CHECK of the table"
	}
	return "the CHECK " + c.Name
}

func liveTable(live []*dialect.LiveTable, name string) *dialect.LiveTable {
	for _, l := range live {
		if l.Name == name {
			return l
		}
	}
	return nil
}
