package emit

import (
	"github.com/authgen/authgen/gen/model"
	"github.com/dave/jennifer/jen"
)

// schemaFile writes schema.go: the DDL as part of the program.
func schemaFile(m *model.Model) *jen.File {
	f := newFile(m)
	f.Anon("embed")
	for _, s := range m.Scripts {
		f.Line()
		f.Comment("//go:embed " + s.File)
		f.Var().Id(s.Var).String()
	}
	declare(f, "CreateTables creates the tables and indexes that are missing, each with a statement of its own. It never alters a table that exists: a program whose schema changes needs migrations.",
		onDB().Id("CreateTables").Params(ctx()).Error().Block(jen.Return(call("db.rt.CreateTables", "ctx"))))
	return f
}
