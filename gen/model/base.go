package model

import "github.com/authgen/authgen/gen/schema"

// baseOf returns the predeclared type beneath a field's type, where that is one
// that the generated package declares: its values travel as the former, which
// drivers know.
func (b *builder) baseOf(f *schema.Field, depth int) string {
	switch {
	case f.GoType != "" || f.Secret:
		return ""
	case f.References != nil && f.References.Field == nil:
		return b.tables[f.References.Table].ID.Base()
	case f.References != nil && depth < maxChain:
		return b.baseOf(f.References.Field, depth+1)
	case isEnum(f):
		return "string"
	}
	return ""
}

// Base returns the predeclared type beneath the type of the ids.
func (id *ID) Base() string {
	if id.Serial {
		return "int64"
	}
	return "string"
}
