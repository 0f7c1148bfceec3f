package dialect

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/authgen/authgen"
)

// A LiveTable is what a database's catalog says of a table, in words that all
// databases share. Dialects make it, see [Dialect.Inspect].
type LiveTable struct {
	Name    string
	Unfit   string // what it is instead of a table, "is a view"; empty: it is one
	Engine  string // of MySQL, where that has no transactions
	Collate string // of MySQL: the collation that new columns of text are to be given, where they get another
	Columns []LiveColumn
	Primary []string     // the columns of its primary key
	Uniques []LiveUnique // of all rows, the primary key not among them
	Foreign []LiveForeign
	Checks  []LiveCheck

	// Triggered says that the database has triggers of its own on the rows of the
	// table, or may have, so that what is stored may be other than what was sent.
	Triggered bool
	// Rewritten says that they may write a row again once it is written, or keep it
	// from being written, so that no statement gives back what is stored.
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
	Holds    FieldTypes // those whose values come back as they went in, or in another form that says the same
	Times    TimeForms  // how it may hold times
	Rewrites FieldTypes // those whose values come back in another form

	// Limit says what it holds at most, and what type holds more, where the error of
	// a value that it refuses names it.
	Limit string

	Micros bool // it holds times that are finer than milliseconds
	Long   bool // it holds values of 65,536 bytes and more

	Nullable  bool
	Default   bool // a row that is stored without it gets a value
	Generated bool // the database computes it, and refuses a value
	Counted   bool // the database counts its values, and takes one that is given
	Moved     bool // the database sets it whenever the row is updated

	Collation string   // of text on MySQL
	Folding   string   // its collation, where that takes different texts for the same
	Pads      bool     // Folding ignores spaces at the end of a text, and nothing else
	Charset   string   // its character set, where that does not have every character
	Bytewise  string   // of text: the collation that compares by bytes
	Length    int      // characters that it takes at most; 0: no limit of its own
	Cuts      Cut      // where it cuts text that is too long
	Values    []string // the only ones that its type has; nil: any
	UUIDs     bool     // of text it takes UUIDs only
}

// A Cut is where a column cuts text that is too long and ends in spaces, which
// databases do without an error: behind so many characters, or so many bytes. The zero
// Cut is none.
type Cut struct {
	Limit int
	Bytes bool
}

// Cuts reports whether something is cut off a text.
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

// A LiveUnique is a set of columns whose values no two rows of a table share.
type LiveUnique struct {
	Name    string
	Columns []string
}

// A LiveForeign is a reference to another table.
type LiveForeign struct {
	Name     string // empty where it has none
	Columns  []string
	Table    string
	Targets  []string // empty: the primary key
	OnDelete string   // "CASCADE", "SET NULL", "RESTRICT", "NO ACTION" or "SET DEFAULT"
	OnUpdate string   // the same, where the dialect asks for it
}

// A LiveCheck is a condition that every row of a table keeps.
type LiveCheck struct {
	Name      string // empty where it has none
	Condition string // in the words of the database
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

// TimeForms says how a column may hold times: that matters on SQLite, which has
// no type for them, and where a form compares with itself only.
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
