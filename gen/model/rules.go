package model

import (
	"slices"
	"strings"

	"github.com/authgen/authgen/gen/schema"
)

// describe returns what the runtime is told of a field's values.
func (b *builder) describe(f *Field) Description {
	s := f.source
	return Description{
		Type: runtimeTypes[s.Type], Nullable: s.Nullable, Millis: f.Millis, Secret: s.Secret, Fixed: !f.InPatch,
		Custom: s.GoType != "", Reference: b.isID(s, 0), MaxLength: s.MaxLength, Pattern: s.Pattern, Enum: s.Enum,
		Shallow: s.Type == schema.JSON && b.model.has(schema.MySQL),
	}
}

// isID reports whether a field holds the id of a row. There may be any number of references
// between the field and the id.
func (b *builder) isID(f *schema.Field, depth int) bool {
	r := f.References
	return r != nil && (r.Field == nil || depth < maxChain && b.isID(r.Field, depth+1))
}

// tidying returns the function of runtime that gives a value of the field the form in
// which it is stored. It returns nothing if every value has that form.
func tidying(f *Field) string {
	null := ""
	if f.Nullable {
		null = "Null"
	}
	switch t := f.source.Type; {
	case f.source.GoType != "":
		return ""
	case t == schema.Time:
		return "Tidy" + null + "Time"
	case t == schema.JSON:
		return "Tidy" + null + "JSON"
	case t == schema.Bytes, t == schema.Strings, t == schema.Ints:
		return "Tidy" + null + "List"
	}
	return ""
}

// TidyForms says in which forms the values of the table are stored, for a comment.
func (t *Table) TidyForms() string {
	var forms []string
	for _, form := range []struct{ suffix, words string }{
		{"Time", "times in UTC milliseconds"}, {"JSON", "JSON without needless spaces"}, {"List", "empty lists instead of nil ones"},
	} {
		if slices.ContainsFunc(t.Fields, func(f *Field) bool { return strings.HasSuffix(f.Tidy, form.suffix) }) {
			forms = append(forms, form.words)
		}
	}
	return strings.Join(forms, ", ")
}
