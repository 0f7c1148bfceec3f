package adopted

import (
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/gen"
	"github.com/authgen/authgen/gen/model"
	"github.com/authgen/authgen/gen/schema"
	"github.com/authgen/authgen/runtime"
)

// described returns what the package generated from the text of a schema.yaml
// would tell the runtime of its tables, without generating it.
func described(t *testing.T, text string) runtime.Schema {
	t.Helper()
	m, problems := gen.Load("schema.yaml", []byte("version: 1\nout: ./auth\n"+text+"\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var s runtime.Schema
	for _, table := range m.Tables {
		s.Tables = append(s.Tables, tableOf(table))
	}
	for _, script := range m.Scripts {
		switch script.Dialect {
		case schema.SQLite:
			s.DDL.SQLite = script.Text()
		case schema.Postgres:
			s.DDL.Postgres = script.Text()
		default:
			s.DDL.MySQL = script.Text()
		}
	}
	return s
}

func tableOf(m *model.Table) *dialect.Table {
	t := dialect.Table{Key: m.Key, Name: m.SQLName, IDs: m.ID.Who, Fields: []dialect.Field{{Key: "id", Column: m.ID.Column}}}
	for _, f := range m.Fields {
		d := f.Description
		t.Fields = append(t.Fields, dialect.Field{
			Key: f.Key, Column: f.Column, Type: fieldTypes[d.Type], Nullable: d.Nullable, Millis: d.Millis,
			Reference: d.Reference, Custom: d.Custom, MaxLength: d.MaxLength, Pattern: d.Pattern, Enum: d.Enum,
		})
	}
	for _, u := range m.Uniques[1:] {
		t.Uniques = append(t.Uniques, dialect.Unique{Index: u.Index, Fields: u.Fields})
	}
	for _, f := range m.Foreign {
		t.Foreign = append(t.Foreign, dialect.Foreign{Constraint: f.Constraint, Field: f.Field, Table: f.Table, Target: f.Target, OnDelete: f.OnDelete})
	}
	return runtime.Describe(t)
}

// fieldTypes are the types by the names that generated code has for them.
var fieldTypes = map[string]dialect.FieldType{
	"": dialect.TypeString, "TypeText": dialect.TypeText, "TypeInt": dialect.TypeInt, "TypeBigint": dialect.TypeBigint,
	"TypeFloat": dialect.TypeFloat, "TypeBool": dialect.TypeBool, "TypeTime": dialect.TypeTime, "TypeJSON": dialect.TypeJSON,
	"TypeBytes": dialect.TypeBytes, "TypeStrings": dialect.TypeStrings, "TypeInts": dialect.TypeInts,
}
