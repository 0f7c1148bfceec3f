package schema

import (
	"slices"
	"strings"

	"github.com/authgen/authgen/gen/schema/internal/grammar"
	"github.com/authgen/authgen/gen/schema/internal/yamltree"
)

// mergeTables returns the tables of base extended by those of over. A table that base
// lacks is added; one that it has is extended key by key.
func mergeTables(base []grammar.Entry, over *grammar.Value) []grammar.Entry {
	if over == nil {
		return base
	}
	return mergeEntries(base, over.Entries, mergeTable)
}

// mergeEntries returns base with each entry of over added, or merged into the entry of
// the same key.
func mergeEntries(base, over []grammar.Entry, merge func(base, over *grammar.Value) *grammar.Value) []grammar.Entry {
	merged := slices.Clone(base)
	at := make(map[string]int, len(base))
	for i, e := range base {
		at[e.Key] = i
	}
	for _, o := range over {
		i, both := at[o.Key]
		if !both {
			merged = append(merged, o)
			continue
		}
		merged[i] = mergeEntry(merged[i], o, merge)
	}
	return merged
}

// mergeEntry returns a table or field of base extended by over. It still belongs to the
// preset of base. If over stands in the file itself, so does the result.
func mergeEntry(base, over grammar.Entry, merge func(base, over *grammar.Value) *grammar.Value) grammar.Entry {
	e := grammar.Entry{Key: base.Key, Pos: over.Pos, Preset: base.Preset, Doc: over.DocOf(), Val: merge(base.Val, over.Val)}
	if over.Preset != "" {
		e.Pos = base.Pos
	}
	if e.Doc == "" {
		e.Doc = base.DocOf()
	}
	e.Val.Entries = slices.DeleteFunc(e.Val.Entries, func(e grammar.Entry) bool { return e.Key == "doc" })
	return e
}

// mergeTable merges fields one by one and adds indexes and triggers. Any other key of
// over replaces the same key of base.
func mergeTable(base, over *grammar.Value) *grammar.Value {
	merged := override(base, over)
	for i, e := range merged.Entries {
		b, o := base.Get(e.Key), over.Get(e.Key)
		if b == nil || o == nil {
			continue
		}
		both := *o
		switch e.Key {
		case "fields":
			both.Entries = mergeEntries(b.Entries, o.Entries, mergeField)
		case "indexes":
			both.Items = slices.Concat(b.Items, o.Items)
		case "triggers":
			if b.Node.Kind == yamltree.Text { // all, to which nothing can be added
				both = *b
			}
			both.Items = slices.Concat(b.Items, o.Items)
		}
		merged.Entries[i].Val = &both
	}
	return merged
}

// mergeField merges a field key by key. The short form has two keys, type and nullable.
func mergeField(base, over *grammar.Value) *grammar.Value {
	return override(expandShort(base), expandShort(over))
}

// override returns base with the entries of over, which replace those of the same key.
func override(base, over *grammar.Value) *grammar.Value {
	merged := &grammar.Value{
		Node: over.Node, Pos: over.Pos, Broken: base.Broken || over.Broken,
		Meant: slices.Concat(base.Meant, over.Meant), Entries: slices.Clone(base.Entries),
	}
	for _, o := range over.Entries {
		if old := merged.Entry(o.Key); old != nil {
			*old = o
		} else {
			merged.Entries = append(merged.Entries, o)
		}
	}
	return merged
}

// expandShort returns "string?" as {type: string, nullable: true}, and any other value as
// it is.
func expandShort(v *grammar.Value) *grammar.Value {
	if v.Broken || v.Node.Kind != yamltree.Text {
		return v
	}
	bare, nullable := strings.CutSuffix(v.Node.Text, "?")
	word := func(k yamltree.Kind, text string) *grammar.Value {
		return &grammar.Value{Pos: v.Pos, Node: &yamltree.Node{Kind: k, Text: text, Line: v.Node.Line, Column: v.Node.Column}}
	}
	is := word(yamltree.Bool, "false")
	if nullable {
		is = word(yamltree.Bool, "true")
	}
	return &grammar.Value{Node: v.Node, Pos: v.Pos, Entries: []grammar.Entry{
		{Key: "type", Pos: v.Pos, Val: word(yamltree.Text, bare)},
		{Key: "nullable", Pos: v.Pos, Val: is},
	}}
}
