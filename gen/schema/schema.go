// Package schema reads schema.yaml: YAML in, a [Schema] or a list of
// [Problem] out, a position on everything. It knows no Go and no SQL.
package schema

// A Schema is a schema.yaml that was read, its presets merged in and every
// rule of docs/schema.md that needs neither Go nor SQL checked.
type Schema struct {
	File     string    // path as the user gave it; used in messages
	Version  int       // always 1
	Out      string    // folder of the generated package, relative to File; never empty
	Package  string    // package name; empty: the last element of Out
	Triggers string    // folder of the user's trigger package, relative to File; never empty
	Dialects []Dialect // never empty, in the order sqlite, postgres, mysql
	Use      []string  // presets, in the order given
	Naming   Naming
	IDs      IDStrategy // for tables that name none
	Tables   []*Table   // presets' first, in their order, then the file's own
	Events   []*Event
	// TextBigints is "eventBigints: text": events carry numbers of 64 bits as text.
	TextBigints bool
	Outbox      bool // whether there are the tables of the outbox: "outbox", true by default where there are events

	Pos     Pos // of the document
	OutPos  Pos // of the value of "out" (of "package" where given), for errors about the package name
	PackPos Pos
}

// A Pos is a place in a YAML file. Line and Column count from 1, Column in
// characters. Preset is set for what a preset declares; such a Pos then
// points at the preset's name under "use".
type Pos struct {
	Line, Column int
	Preset       string
}

// A Dialect is a database whose SQL is emitted.
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

// An IDStrategy says who makes ids and of what kind.
type IDStrategy string

// The id strategies. All but Serial are strings in Go.
const (
	NanoID IDStrategy = "nanoid"
	UUID   IDStrategy = "uuid"
	UUIDv7 IDStrategy = "uuidv7"
	ULID   IDStrategy = "ulid"
	Serial IDStrategy = "serial" // the database counts; int64 in Go
	Caller IDStrategy = "caller" // the caller of Create gives it, always
)

// A Table is one table: a key under "tables", a preset's table, or both merged.
type Table struct {
	Key      string     // the key in YAML, "user"
	Name     string     // "name": SQL table name; empty: by Naming from Key
	GoName   string     // "goName"; empty: derived from Key
	Doc      string     // "doc", else the YAML comment above the key, without its "#"
	IDs      IDStrategy // never empty: the table's own or the schema's
	Fields   []*Field   // without id, in order of declaration
	Triggers []Trigger  // declared ones, in the fixed order of [Triggers]
	Indexes  []*Index
	Preset   string // the preset that brought it in, else empty

	Pos       Pos // of the key
	NamePos   Pos // of the value of "name", else Pos
	GoNamePos Pos // of the value of "goName", else Pos
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
	Type        Type // of a reference without a type: the target field's type (String or Bigint for an id)
	Nullable    bool
	Unique      bool
	Index       bool
	Immutable   bool
	Secret      bool
	Default     *Default // nil: none
	OnUpdateNow bool     // "onUpdate: now"
	Millis      bool     // "times: integer", its own or else the table's: SQLite stores a time as integer milliseconds
	Enum        []string // nil: any value
	MaxLength   int      // in characters; 0: no limit
	Pattern     string   // RE2; empty: none
	References  *Reference
	Column      string // "column": SQL name; empty: by Naming from Key
	GoName      string // "goName"; empty: derived
	GoType      string // "goType": import/path.Name; empty: derived
	Doc         string
	Preset      string

	Pos       Pos // of the key
	ColumnPos Pos // of the value of "column", else Pos
	GoNamePos Pos
	GoTypePos Pos
}

// A Default is what Create stores where the caller leaves the field out.
type Default struct {
	Now   bool // the adapter's clock
	Value any  // string, int64, float64, bool, []string, []int64, or json.RawMessage, as Type asks; nil where Now
	Pos   Pos
}

// A Reference is a foreign key.
type Reference struct {
	Table    *Table
	Field    *Field // nil: the target's id
	OnDelete DeleteRule
	Pos      Pos
}

// A DeleteRule is what deleting the referenced row does to the one that references it.
type DeleteRule string

// What deleting the referenced row does. The default, as Better Auth has it, is Cascade.
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
	Payload []*Field // never a secret one; where the key is absent, all that are not
	WithID  bool     // the payload has the id
	Doc     string
	Pos     Pos
}

// A Problem is one thing wrong with schema.yaml.
type Problem struct {
	Pos     Pos
	Message string // lower case, names the thing and the fix
}
