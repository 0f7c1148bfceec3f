package model

import "github.com/authgen/authgen/gen/schema"

// baseOf returns the predeclared type beneath a field's type, if the generated package
// declares the field's type. Values travel as the predeclared type, because drivers know
// it.
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
