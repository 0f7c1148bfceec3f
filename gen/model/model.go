// Package model is the wall between schema.yaml and Go. It computes, once, every Go
// name and type, every SQL name and statement, the steps of each write in their
// order, and the sentences of the comments. Code that writes files from a [Model] decides
// nothing.
//
// A fact that is a piece of Go is a text. Such a text names only what the generated file
// declares, and the packages runtime, time and json. A file with such a text imports these
// packages in any case, because one of its types needs them.
package model

import (
	"slices"
	"strings"

	"github.com/authgen/authgen/gen/schema"
)

// A Model holds everything that authgen knows about a generated package.
type Model struct {
	File       string           // path of the schema, as the user gave it
	Package    string           // package name
	Out        string           // folder of the package, slash separated, relative to File
	Source     string           // the schema as seen from Out; its name alone, where Out is not below its folder
	TriggerDir string           // folder of the user's triggers, likewise
	Dialects   []schema.Dialect // whose SQL is emitted
	Tables     []*Table
	Scripts    []*Script // the DDL, one for each dialect

	Events []*Event
	Outbox bool // there are events, or jobs can be scheduled

	HasTriggers   bool // a table declares a trigger: there is a type Triggers
	HasUnits      bool // a write is more than its statement
	HasUpserts    bool // a table has a unique index, and fields to patch
	FiresDocument bool // a trigger other than beforeUpdate is declared
	FiresPatch    bool // beforeUpdate is declared
	FiresWritten  bool // onCreate or onUpdate is declared
}

// Table returns the table with that key, or nil.
func (m *Model) Table(key string) *Table {
	for _, t := range m.Tables {
		if t.Key == key {
			return t
		}
	}
	return nil
}

func (m *Model) has(d schema.Dialect) bool {
	for _, have := range m.Dialects {
		if have == d {
			return true
		}
	}
	return false
}

// Names are the identifiers that are generated for a table.
type Names struct {
	Doc, Create, Patch, Delta, Change, Changed string // structs
	Cols, ColsType, Order, Query               string
	Triggers, Table                            string
	Desc, Codec, Row                           string // unexported, of the package
	Var, Vars                                  string // locals: one document, several
}

// A Table is one table.
type Table struct {
	Names
	Key     string // in schema.yaml
	SQLName string
	Snake   string // key in snake case
	File    string // base name of its file, "user.go"
	Comment string // doc from schema.yaml, may be empty
	Noun    string // in sentences: "user"
	Nouns   string // "users"
	A       string // "a user"

	ID      *ID
	Fields  []*Field // but the id
	Enums   []*Enum
	Finders []*Finder

	Uniques []*Unique
	Foreign []*Foreign
	Beneath []string // keys of tables that the database may write when a row is deleted

	Created, Updated, Deleted []*Event // what each write records

	Plan
	Methods []*Trigger // the declared triggers, in their fixed order

	source *schema.Table
	layout *layout
}

// An ID is the id of a table.
type ID struct {
	Type   GoType
	Column string
	Serial bool   // the database counts; int64 in Go
	Caller bool   // Create is always given it
	Who    string // who makes it, as schema.yaml spells it
	Make   string // function of runtime that makes one; empty if the adapter does not make ids
	Zero   string // Go literal of no id

	EventText bool // events carry it as text, though it is a number
}

// Text returns the Go expression of an id as text, for an expression of its type.
func (id *ID) Text(expr string) string {
	if id.Serial {
		return "runtime.Key(int64(" + expr + "))"
	}
	return "string(" + expr + ")"
}

// A GoType is a type as generated code writes it.
type GoType struct {
	Prefix string // "", "*" or "[]"
	Path   string // import path; empty: declared in the package, or predeclared
	Alias  string // name that the import gets, where it is the user's package
	Pkg    string // name by which the file knows the import
	Name   string
}

// String returns the type as source text.
func (t GoType) String() string {
	if t.Pkg != "" {
		return t.Prefix + t.Pkg + "." + t.Name
	}
	return t.Prefix + t.Name
}

// Pointer returns the type of a nullable value.
func (t GoType) Pointer() GoType {
	t.Prefix = "*" + t.Prefix
	return t
}

// A Storage is how values of a field travel to and from the database.
type Storage int

// The storages.
const (
	Plain  Storage = iota // as they are
	Clock                 // a time
	AsJSON                // JSON text
)

// A Field is a field of a table.
type Field struct {
	Key, GoName, Column string
	Type                GoType // without null
	Base                string // the predeclared type beneath it, if it is declared in the package
	Nullable            bool
	Storage             Storage
	Millis              bool // SQLite stores it as integer milliseconds
	Description         Description
	ColumnType          string // of runtime: "Ordered", "Text", "Column", "Opaque"
	Doc                 string // from schema.yaml, may be empty
	Note                string // facts for a reader: "unique"; may be empty

	CreateOpt bool   // its field of the create struct is an Opt
	Initial   string // Go expression of what Create stores, of the create struct "in"
	InPatch   bool
	Touch     bool   // every update sets it to the clock
	Unique    bool   // alone
	EventText bool   // events carry it as text, though it is a number
	Delta     string // kind of number: "Int", "Bigint", "Float"; empty: not a number that a patch sets
	Same      string // function that finds out whether two values are the same; empty: ==
	Tidy      string // function of runtime that gives a value the form in which it is stored; may be empty

	source *schema.Field
}

// A Description tells the runtime of a field's values: what they are, and the rules against
// which the runtime checks them.
type Description struct {
	Type      string // constant of package dialect; empty for the zero one
	Nullable  bool
	Millis    bool // SQLite stores a time as integer milliseconds
	Secret    bool
	Fixed     bool // no patch sets it
	Shallow   bool // JSON is nested no deeper than MariaDB and MySQL take
	Custom    bool // a Go type of the user's, which knows its own rules
	Reference bool // it holds the id of a row
	MaxLength int
	Pattern   string
	Enum      []string
}

// Stored returns the type of the document's field.
func (f *Field) Stored() GoType {
	if f.Nullable {
		return f.Type.Pointer()
	}
	return f.Type
}

// Payload returns the type in which events carry the field.
func (f *Field) Payload() GoType {
	if f.Storage != Clock {
		return f.Stored()
	}
	t := GoType{Path: vocabularyPath, Pkg: "authgen", Name: "Timestamp"}
	if f.Nullable {
		return t.Pointer()
	}
	return t
}

// InPayload returns the Go expression of the value in a payload. expr is the expression of
// the document's field.
func (f *Field) InPayload(expr string) string {
	switch {
	case f.Storage != Clock:
		return expr
	case f.Nullable:
		return "authgen.TimestampOf(" + expr + ")"
	}
	return "authgen.Timestamp{Time: " + expr + "}"
}

// An Enum is a field that has only a few values.
type Enum struct {
	Type   string // Go name
	Field  string // key
	Values []EnumValue
}

// An EnumValue is a value of an enum, and its constant.
type EnumValue struct{ Const, Value string }

// A Finder is a method that finds one row by a unique field or index.
type Finder struct {
	Method string   // GetByEmail
	Fields []string // keys of the index
	Words  string   // "email", "user id and role"
	Params []Param
	Timed  bool // one of them is a time, which has several forms in the database

	columns []string
}

// Upsert returns the name of the method that changes the row which the finder finds, or
// creates it, for example UpsertByEmail. It returns nothing if the id is one of the fields,
// because the id names a row by itself.
func (f *Finder) Upsert() string {
	if slices.Contains(f.Fields, "id") {
		return ""
	}
	return "Upsert" + strings.TrimPrefix(f.Method, "Get")
}

// A Param is a parameter of a method.
type Param struct {
	Name   string
	Column string // its field's
	Type   GoType
}

// A Unique is a set of columns whose values no two rows share.
type Unique struct {
	Index   string // SQL name; empty for the primary key
	Fields  []string
	Columns []string
}

// A Foreign is a reference to a row of another table.
type Foreign struct {
	Constraint, Field, Column string
	Table, Target             string // SQL names
	OnDelete                  string // in SQL
}

// Assign returns the function of runtime that turns a field of a patch into an assignment.
func (f *Field) Assign() string {
	if f.Storage == AsJSON {
		return "AssignJSON"
	}
	return "Assign"
}

// Differs returns the expression that is true if two values of the field are not the same.
func (f *Field) Differs(a, b string) string {
	switch {
	case f.Same == "" && f.Nullable:
		return "!runtime.SamePtr(" + a + ", " + b + ")"
	case f.Same == "":
		return a + " != " + b
	case f.Nullable:
		return "!runtime.SamePtrBy(" + a + ", " + b + ", " + f.Same + ")"
	case strings.HasSuffix(f.Same, ".Equal"):
		return "!" + a + ".Equal(" + b + ")"
	}
	return "!" + f.Same + "(" + a + ", " + b + ")"
}

// Moved returns the expression of what an update moves the field to.
func (f *Field) Moved() string {
	if f.Nullable {
		return "&now"
	}
	return "now"
}
