package runtime

import (
	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// Open learns from the catalog how tables of other programs differ from tables that
// CreateTables made, as far as the same statement does something else on them.

// A known is what the catalog says of one table. If CreateTables made each column, and the
// database has no triggers on the table, only altered has entries: columns of JSON that the
// database writes in its own way.
type known struct {
	finer   map[string]bool        // columns whose times have microseconds
	long    map[string]bool        // columns that may hold values of 65,536 bytes and more
	altered map[string]bool        // columns whose values may be stored otherwise than they were sent
	moved   []string               // columns that the database sets whenever a row is updated
	cuts    map[string]dialect.Cut // columns of text that is cut in silence

	labels map[string][]string // the values of enum types, by column
	limits map[string]string   // what columns hold at most: "text, which holds …"
	uuids  map[string]bool     // columns of Postgres whose type is uuid

	triggered bool // the database has triggers on the rows, which may alter these rows and others
	rewritten bool // the triggers may write a row a second time, or keep it from being written

	tells     bool // one statement stores a row and gives it back as it is stored
	constants *constants
}

// learn stores what the catalog says of the tables.
func (db *DB) learn(live []*dialect.LiveTable) {
	all := make(map[*dialect.Table]*known, len(db.tables))
	for _, t := range db.tables {
		if l := liveTable(live, t.Name); l != nil {
			all[t] = knownBy(t, l, db.Kind())
		} else {
			all[t] = presumed(t, db.Kind())
		}
		all[t].constants = constantsOf(t, db.Kind())
		all[t].tells = !all[t].rewritten && db.dialect.Returns()&dialect.ReturnsInserted != 0
	}
	db.known.Store(&all)
}

func knownBy(t *dialect.Table, l *dialect.LiveTable, kind dialect.Kind) *known {
	k := &known{
		finer: map[string]bool{}, long: map[string]bool{}, altered: map[string]bool{}, cuts: map[string]dialect.Cut{}, labels: map[string][]string{}, limits: map[string]string{}, uuids: map[string]bool{},
		triggered: l.Triggered || l.Unfit != "", rewritten: l.Rewritten || l.Unfit != "",
	}
	for _, f := range t.Fields {
		c := l.Column(f.Column)
		if c == nil {
			continue
		}
		k.finer[f.Column], k.long[f.Column], k.labels[f.Column] = c.Micros, c.Long, c.Values
		if c.Limit != "" {
			k.limits[f.Column] = c.Type + ", which holds " + c.Limit
		}
		tooLarge := f.Type == dialect.TypeBigint && c.Holds.Has(dialect.TypeInt) // the database refuses such a value, and does not alter it
		if c.Rewrites.Has(f.Type) || !c.Holds.Has(f.Type) && !tooLarge {
			k.altered[f.Column] = true
		}
		if c.UUIDs && kind == dialect.Postgres {
			k.uuids[f.Column] = true
		}
		if c.Moved {
			k.moved = append(k.moved, f.Column)
		}
		if c.Cuts.Limit > 0 && !isShort(&f, c.Cuts) {
			k.cuts[f.Column] = c.Cuts
		}
	}
	return k
}

// presumed returns what is known of a table that is not there yet. learn finds out later
// which JSON the database writes in its own way.
func presumed(t *dialect.Table, kind dialect.Kind) *known {
	k := &known{altered: map[string]bool{}, long: map[string]bool{}}
	for i := range t.Fields {
		f := &t.Fields[i]
		k.long[f.Column] = isLong(f)
		if f.Type == dialect.TypeJSON && kind != dialect.SQLite {
			k.altered[f.Column] = true
		}
	}
	return k
}

// uncut returns the error of a value that a column would cut off.
func (k *known) uncut(t *dialect.Table, column string, v any) error {
	if k == nil || len(k.cuts) == 0 {
		return nil
	}
	cut, ok := k.cuts[column]
	if !ok {
		return nil
	}
	if text, ok := textAt(v); ok && cut.Cuts(text) {
		return &authgen.ValidationError{Table: t.Key, Field: keyOf(t, column), Rule: "maxLength", Why: "is longer than the " + cut.String() + " of its column, which would cut the spaces off its end"}
	}
	return nil
}

// uncutRow is uncut for the values of a row, in the order of the fields.
func (k *known) uncutRow(t *dialect.Table, values []any) error {
	if k == nil || len(k.cuts) == 0 {
		return nil
	}
	for i := range t.Fields {
		if err := k.uncut(t, t.Fields[i].Column, values[i]); err != nil {
			return err
		}
	}
	return nil
}

// tellsAll reports whether one statement can store rows and return all of them.
func (k *known) tellsAll() bool { return k.tells && !k.triggered }

// knownOf returns what is known of a table. It returns nil for a table that is not part of
// the schema; calls do not write such tables.
func (db *DB) knownOf(t *dialect.Table) *known {
	if all := db.known.Load(); all != nil {
		return (*all)[t]
	}
	return nil
}

// limit says what a column holds at most, or nothing.
func (k *known) limit(column string) string {
	if k == nil {
		return ""
	}
	return k.limits[column]
}

// isFiner reports whether the times of a column have microseconds.
func (k *known) isFiner(column string) bool { return k != nil && k.finer[column] }

// isAltered reports whether a column may hold a value in another form than it was sent.
func (k *known) isAltered(column string) bool { return k != nil && k.altered[column] }

// isTriggered reports whether the database has triggers on the rows.
func (k *known) isTriggered() bool { return k != nil && k.triggered }

// isRewritten reports whether a statement may return a row otherwise than it is stored.
func (k *known) isRewritten() bool { return k != nil && k.rewritten }

// altersNew reports whether a new row may be stored otherwise than it is sent. values are
// its values, in the order of the fields.
func (k *known) altersNew(t *dialect.Table, values []any) bool {
	switch {
	case k == nil:
		return false
	case k.triggered:
		return true
	case len(k.altered) == 0:
		return false
	}
	for i := range t.Fields {
		if k.altered[t.Fields[i].Column] && !isNull(values[i]) {
			return true
		}
	}
	return false
}

// alters reports whether rows that are updated with set may be stored otherwise than they
// are sent.
func (k *known) alters(set *Assignments) bool {
	switch {
	case k == nil:
		return false
	case k.triggered:
		return true
	}
	for _, column := range k.moved {
		if _, ok := set.value(column); !ok {
			return true
		}
	}
	for _, term := range set.terms {
		if k.altered[term.column] && (term.add || !isNull(term.arg)) {
			return true
		}
	}
	return false
}
