package main

import (
	"github.com/authgen/authgen/gen/model"
	"github.com/authgen/authgen/gen/schema"
	"github.com/authgen/authgen/gen/stub"
)

// stubMethods returns the triggers of a model as package stub takes them.
func stubMethods(m *model.Model) []stub.Method {
	triggers := m.Triggers()
	methods := make([]stub.Method, len(triggers))
	for i, t := range triggers {
		methods[i] = stub.Method{Name: t.Name, Doc: t.Doc, File: t.File}
		for _, p := range t.Params {
			methods[i].Params = append(methods[i].Params, stub.Param{Name: p.Name, Type: p.TypeIn(m.Package)})
		}
	}
	return methods
}

// script returns the SQL of a model for one of its dialects.
func script(m *model.Model, dialect schema.Dialect) string {
	for _, s := range m.Scripts {
		if s.Dialect == dialect {
			return s.Text()
		}
	}
	return ""
}

// generation is the version that generated code and the runtime must share. Generated
// code names runtime.Generation1, so that it does not compile with a runtime that lacks
// it.
const generation = "1"
