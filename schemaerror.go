package authgen

import (
	"log/slog"
	"strings"
)

// A SchemaError says how the tables of a database differ from the schema of the generated
// package (S1). Open and CreateTables return it with all differences.
type SchemaError struct {
	Differences []Difference
}

// A Difference is one way in which a table differs from the schema.
type Difference struct {
	Table  string   // key in schema.yaml
	Fields []string // keys in schema.yaml, or the name of a column that the schema lacks; empty: the whole table
	What   string   // what differs, for people
	SQL    []string // the statements that mend it, to run after those of earlier differences; empty if no SQL can
	Note   string   // what to know about the statements, or what to do instead of them; may be empty

	Missing bool // something is missing that CreateTables adds
}

// String returns what differs, without the SQL that mends it.
func (d Difference) String() string {
	if len(d.Fields) == 0 {
		return d.Table + ": " + d.What
	}
	return d.Table + "." + strings.Join(d.Fields, ", ") + ": " + d.What
}

// Error gives every difference and the SQL that mends it.
func (e *SchemaError) Error() string {
	var b strings.Builder
	b.WriteString("the tables do not fit the schema that this package was generated from; WithSchemaCheck can let it go on all the same:")
	for _, d := range e.Differences {
		b.WriteString("\n  " + d.String())
		if d.Note != "" {
			b.WriteString("\n    -- " + d.Note)
		}
		for _, s := range d.SQL {
			b.WriteString("\n    " + s + ";")
		}
	}
	return b.String()
}

// LogValue is the text of Error, for log/slog.
func (e *SchemaError) LogValue() slog.Value { return slog.StringValue(e.Error()) }

// LogValue is the difference and the SQL that mends it, for log/slog.
func (d Difference) LogValue() slog.Value {
	return slog.GroupValue(slog.String("what", d.String()), slog.String("sql", strings.Join(d.SQL, "; ")), slog.String("note", d.Note))
}
