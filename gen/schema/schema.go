// Package schema reads a schema.yaml. It checks every rule that needs no knowledge of Go
// or SQL, and returns all problems of a file at once, each with its place and, where
// that is known, with the fix.
package schema

// A Schema is what a schema.yaml says, together with its presets. Every rule of
// docs/schema.md is checked that needs no knowledge of Go or SQL.
type Schema struct {
	File     string    // path as the user gave it, for messages
	Version  int       // always 1
	Out      string    // folder of the generated package, relative to File; never empty
	Package  string    // package name; empty: the last element of Out
	Triggers string    // folder of the user's trigger package, relative to File; never empty
	Dialects []Dialect // never empty, in the order sqlite, postgres, mysql
	Use      []string  // presets, in the order of the file
	Naming   Naming
	IDs      IDStrategy // of tables that do not name one
	Tables   []*Table   // first those of presets, then the file's own
	Events   []*Event
	// TextBigints is "eventBigints: text": events have integers of 64 bits as text.
	TextBigints bool
	Outbox      bool // whether there is an outbox: "outbox", by default true if there are events

	Pos     Pos // of the document
	OutPos  Pos // of the value of "out"
	PackPos Pos // of the value of "package"; OutPos if that is absent
}

// A Dialect is a family of databases for which SQL is generated.
type Dialect string

// The dialects.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
	MySQL    Dialect = "mysql"
)

// Naming says how SQL names derive from the keys of schema.yaml.
type Naming struct {
	Tables  TableNaming  // AsIs if absent
	Columns ColumnNaming // AsIs if absent
}

// A TableNaming is one of asIs, snake, plural, snakePlural.
type TableNaming string

// A ColumnNaming is one of asIs, snake.
type ColumnNaming string

// An IDStrategy says who makes ids, and of which kind.
type IDStrategy string

// The id strategies. All but Serial are strings in Go.
const (
	NanoID IDStrategy = "nanoid"
	UUID   IDStrategy = "uuid"
	UUIDv7 IDStrategy = "uuidv7"
	ULID   IDStrategy = "ulid"
	Serial IDStrategy = "serial" // the database counts; int64 in Go
	Caller IDStrategy = "caller" // every caller of Create gives the id
)

// A Table is one table: a key under "tables", a preset's table, or both merged.
type Table struct {
	Key      string     // the key in YAML, "user"
	Name     string     // "name": SQL table name; empty: by Naming from Key
	GoName   string     // "goName"; empty: derived from Key
	Doc      string     // "doc", or else the comment at the key, without its "#"
	IDs      IDStrategy // never empty: the table's own or the schema's
	Fields   []*Field   // without id, in order of declaration
	Triggers []Trigger  // the declared ones, in the order of the constants below
	Indexes  []*Index
	Preset   string // the preset that declares it; empty: the file

	Pos       Pos // of the key
	NamePos   Pos // of the value of "name", or else Pos
	GoNamePos Pos // of the value of "goName", or else Pos
}

// Field returns the field with that key, or nil. "id" has no Field.
func (t *Table) Field(key string) *Field {
	for _, f := range t.Fields {
		if f.Key == key {
			return f
		}
	}
	return nil
}

// A Trigger is one of the six points at which a trigger runs.
type Trigger string

// The triggers.
const (
	BeforeCreate Trigger = "beforeCreate"
	OnCreate     Trigger = "onCreate"
	BeforeUpdate Trigger = "beforeUpdate"
	OnUpdate     Trigger = "onUpdate"
	BeforeDelete Trigger = "beforeDelete"
	OnDelete     Trigger = "onDelete"
)

// A Type is a field's type.
type Type string

// The types.
const (
	String  Type = "string"
	Text    Type = "text"
	Int     Type = "int"
	Bigint  Type = "bigint"
	Float   Type = "float"
	Bool    Type = "bool"
	Time    Type = "time"
	JSON    Type = "json"
	Bytes   Type = "bytes"
	Strings Type = "string[]"
	Ints    Type = "int[]"
)

// A Field is one field of a table.
type Field struct {
	Key         string
	Type        Type // of a reference, the type of the field that it points to; an id is a String or a Bigint
	Nullable    bool
	Unique      bool
	Index       bool
	Immutable   bool
	Secret      bool
	Default     *Default // nil: no default
	OnUpdateNow bool     // "onUpdate: now"
	Millis      bool     // "times: integer" of the field or the table: SQLite stores a time as integer milliseconds
	Enum        []string // nil: any value
	MaxLength   int      // in characters; 0: no limit
	Pattern     string   // a regular expression of RE2; empty: no pattern
	References  *Reference
	Column      string // "column": SQL name; empty: by Naming from Key
	GoName      string // "goName"; empty: derived
	GoType      string // "goType": import/path.Name; empty: derived
	Doc         string
	Preset      string

	Pos       Pos // of the key
	ColumnPos Pos // of the value of "column", or else Pos
	GoNamePos Pos
	GoTypePos Pos
}

// A Default is what Create stores where the caller leaves the field out.
type Default struct {
	Now   bool // the clock of the program
	Value any  // of the field's Type: string, int64, float64, bool, []string, []int64 or json.RawMessage; nil if Now
	Pos   Pos
}

// A Reference is a foreign key.
type Reference struct {
	Table    *Table
	Field    *Field // nil: the id of Table
	OnDelete DeleteRule
	Pos      Pos
}

// A DeleteRule says what deleting a row does to the rows that reference it.
type DeleteRule string

// The delete rules. The default is Cascade, as in Better Auth.
const (
	Cascade  DeleteRule = "cascade"
	SetNull  DeleteRule = "setNull"
	Restrict DeleteRule = "restrict"
)

// An Index is an entry of "indexes".
type Index struct {
	Fields []*Field // a nil entry is the id
	Unique bool
	Name   string // empty: derived
	Pos    Pos
}

// An Event is an entry of "events".
type Event struct {
	Key     string // "user.updated"
	Table   *Table
	On      string   // "create", "update" or "delete"
	Fields  []*Field // nil: any change
	Payload []*Field // without secret fields; by default all others
	WithID  bool     // whether the payload has the id
	Doc     string
	Pos     Pos
}
