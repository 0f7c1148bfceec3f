package generation

import (
	"fmt"
	"strings"
)

// entKinds are the constructors of ent's fields.
var entKinds = map[string]string{
	"string": "String(%q)", "text": "Text(%q)", "int": "Int(%q)", "bigint": "Int64(%q)", "float": "Float(%q)",
	"bool": "Bool(%q)", "time": "Time(%q)", "bytes": "Bytes(%q)", "json": "JSON(%q, json.RawMessage{})",
}

// entFiles returns the tables for ent: a file each, with an edge in both
// directions for each reference, as the other generators make of them.
func entFiles(list []tableOf) map[string]string {
	children := map[string][]string{}
	for _, t := range list {
		for _, f := range t.fields {
			if f.to != "" {
				children[f.to] = append(children[f.to], fmt.Sprintf("edge.To(%q, %s.Type)", edgeBack(t, f), upper(t.name)))
			}
		}
	}
	files := map[string]string{}
	for _, t := range list {
		files[strings.ToLower(t.name)+".go"] = entFile(t, children[t.name])
	}
	return files
}

func entFile(t tableOf, edges []string) string {
	columns := []string{`field.String("id")`}
	for _, f := range t.fields {
		columns = append(columns, entField(f))
		if f.to != "" {
			edges = append(edges, fmt.Sprintf("edge.From(%q, %s.Type).Ref(%q).Field(%q).Unique().Required()",
				snake(strings.TrimSuffix(f.name, "Id")), upper(f.to), edgeBack(t, f), snake(f.name)))
		}
	}
	json := ""
	if strings.Contains(strings.Join(columns, ""), "json.") {
		json = "\t\"encoding/json\"\n\n"
	}
	return fmt.Sprintf(`package schema

import (
%[1]s	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

type %[2]s struct{ ent.Schema }

func (%[2]s) Fields() []ent.Field { return []ent.Field{%[3]s} }

func (%[2]s) Edges() []ent.Edge { return []ent.Edge{%[4]s} }

var _ = edge.To // a table without references has no edges
`, json, upper(t.name), strings.Join(columns, ", "), strings.Join(edges, ", "))
}

func entField(f field) string {
	kind := f.kind
	if f.to != "" {
		kind = "string"
	}
	text := "field." + fmt.Sprintf(entKinds[kind], snake(f.name))
	switch {
	case f.nullable && (kind == "json" || kind == "bytes"):
		text += ".Optional()"
	case f.nullable:
		text += ".Optional().Nillable()"
	}
	if f.unique {
		text += ".Unique()"
	}
	return text
}

// edgeBack returns the name of the edge from what a field refers to, back to
// its table.
func edgeBack(t tableOf, f field) string {
	return snake(t.name) + "_of_" + snake(strings.TrimSuffix(f.name, "Id"))
}

// snake returns a name in lower case, as ent wants them.
func snake(name string) string {
	var b strings.Builder
	for _, r := range name {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte('_')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}
