package dialect

// A Field describes a field of a table: its key in schema.yaml, its SQL name, and which
// values it may have.
type Field struct {
	Key, Column string
	Type        FieldType
	Nullable    bool
	Secret      bool     // its values must not be printed
	Millis      bool     // a time that SQLite stores as integer milliseconds
	Fixed       bool     // no update sets it
	Shallow     bool     // JSON of it is nested no deeper than MariaDB and MySQL take
	Reference   bool     // it holds the id of a row, which is never empty
	Custom      bool     // it has a Go type of the program's, which knows its own rules
	MaxLength   int      // of text, in characters; 0: no limit
	Pattern     string   // regular expression (RE2) that text matches; empty: any text does
	Enum        []string // the only values; nil: any
}

// A FieldType is the type of a field in schema.yaml. A field that refers to another has
// the type of that one.
type FieldType uint8

// The types of fields. Ids are TypeString, or TypeBigint if the database counts them.
const (
	TypeString FieldType = iota
	TypeText
	TypeInt
	TypeBigint
	TypeFloat
	TypeBool
	TypeTime
	TypeJSON
	TypeBytes
	TypeStrings
	TypeInts
)

// String returns the name as schema.yaml spells it.
func (t FieldType) String() string {
	return [...]string{
		TypeString: "string", TypeText: "text", TypeInt: "int", TypeBigint: "bigint", TypeFloat: "float", TypeBool: "bool",
		TypeTime: "time", TypeJSON: "json", TypeBytes: "bytes", TypeStrings: "string[]", TypeInts: "int[]",
	}[t]
}

// Values describes the values of the type, for messages.
func (t FieldType) Values() string {
	return [...]string{
		TypeString: "every text", TypeText: "every text", TypeInt: "every whole number of 32 bits", TypeBigint: "every whole number of 64 bits",
		TypeFloat: "every float", TypeBool: "true and false", TypeTime: "times to the millisecond", TypeJSON: "every JSON text",
		TypeBytes: "every string of bytes", TypeStrings: "lists of texts as JSON", TypeInts: "lists of numbers as JSON",
	}[t]
}
