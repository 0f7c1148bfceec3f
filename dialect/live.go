package dialect

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/authgen/authgen"
)

// A LiveTable is a table as the catalog of a database describes it, in terms that all
// databases share. [Dialect.Inspect] returns it.
type LiveTable struct {
	Name    string
	Unfit   string // why it cannot be used, such as "is a view"; empty: it is a table
	Engine  string // of MySQL: the engine, if it has no transactions
	Collate string // of MySQL: the collation that new columns of text must name, because the default is another
	Columns []LiveColumn
	Primary []string     // the columns of its primary key
	Uniques []LiveUnique // for all rows, without the primary key
	Foreign []LiveForeign
	Checks  []LiveCheck

	// Triggered says that the database has, or may have, triggers of its own on the table.
	// A stored row may then differ from what was sent.
	Triggered bool
	// Rewritten says that these triggers may change a row after it is written, or prevent
	// the write, so that no statement returns what is stored.
	Rewritten bool
}

// Column returns the column with that name, or nil.
func (t *LiveTable) Column(name string) *LiveColumn {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// A LiveColumn is a column of a LiveTable.
type LiveColumn struct {
	Name     string
	Type     string     // as the database declares it
	Holds    FieldTypes // the types whose values it returns unchanged, or in an equivalent form
	Times    TimeForms  // the forms in which it may have times
	Rewrites FieldTypes // the types whose values it returns in another form

	// Limit says how large its values may be, and which type takes larger ones, for the
	// error about a value that it refuses.
	Limit string

	Micros bool // it keeps times that are finer than milliseconds
	Long   bool // it takes values of 65,536 bytes and more

	Nullable  bool
	Default   bool // a row that is stored without it gets a value
	Generated bool // the database computes it, and refuses a value
	Counted   bool // the database counts its values, and takes one that is given
	Moved     bool // the database sets it whenever the row is updated

	Collation string   // of text on MySQL
	Folding   string   // its collation, if that takes different texts for the same
	Pads      bool     // Folding ignores spaces at the end of a text, and nothing else
	Charset   string   // its character set, if that lacks characters
	Bytewise  string   // of text: the collation that compares by bytes
	Length    int      // how many characters it takes; 0: no limit of its own
	Cuts      Cut      // where it cuts text that is too long
	Values    []string // the only values of its type; nil: any
	UUIDs     bool     // the only texts that it takes are UUIDs
}

// A Cut is the length, in characters or bytes, at which a column cuts text that is too long
// and ends in spaces. Databases do so without an error. The zero Cut cuts nothing.
type Cut struct {
	Limit int
	Bytes bool
}

// Cuts reports whether a text would be cut.
func (c Cut) Cuts(text string) bool {
	if c.Limit == 0 || len(text) <= c.Limit || strings.IndexByte(" \t\n\v\f\r", text[len(text)-1]) < 0 {
		return false
	}
	return c.Bytes || utf8.RuneCountInString(text) > c.Limit
}

// String says how long text may be.
func (c Cut) String() string {
	if c.Bytes {
		return strconv.Itoa(c.Limit) + " bytes"
	}
	return strconv.Itoa(c.Limit) + " characters"
}

// A LiveUnique is a set of columns in which no two rows of a table have the same values.
type LiveUnique struct {
	Name    string
	Columns []string
}

// A LiveForeign is a reference to another table.
type LiveForeign struct {
	Name     string // empty: it has no name
	Columns  []string
	Table    string
	Targets  []string // empty: the primary key
	OnDelete string   // "CASCADE", "SET NULL", "RESTRICT", "NO ACTION" or "SET DEFAULT"
	OnUpdate string   // likewise, if the dialect reads it
}

// A LiveCheck is a condition that every row of a table keeps.
type LiveCheck struct {
	Name      string // empty: it has no name
	Condition string // in the SQL of the database
}

// FieldTypes is a set of types.
type FieldTypes uint16

// TypesOf returns a set of types.
func TypesOf(types ...FieldType) FieldTypes {
	var set FieldTypes
	for _, t := range types {
		set |= 1 << t
	}
	return set
}

// Has reports whether a type is in the set.
func (s FieldTypes) Has(t FieldType) bool { return s&(1<<t) != 0 }

// TimeForms are the forms in which a column may have times. They matter on SQLite, which
// has no type for times and compares only times of the same form.
type TimeForms uint8

// The forms of times, joined with |.
const (
	TimesText    TimeForms = 1 << iota // text of the layout TimeLayout
	TimesInteger                       // milliseconds since 1970
)

// String returns the form as docs/schema.md calls it.
func (f TimeForms) String() string {
	if f == TimesInteger {
		return "integer milliseconds (times: integer)"
	}
	return "text of the layout " + authgen.TimeLayout + " (times: text)"
}
