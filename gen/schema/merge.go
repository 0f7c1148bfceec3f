package schema

import (
	"slices"
	"strings"
)

// mergeTables returns the tables of base extended by those of over: a table
// that base lacks is added, one that it has is extended key by key.
func mergeTables(base []entry, over *value) []entry {
	if over == nil {
		return base
	}
	return mergeEntries(base, over.entries, mergeTable)
}

// mergeEntries returns base with each entry of over added, or merged into the
// one of the same key.
func mergeEntries(base, over []entry, merge func(base, over *value) *value) []entry {
	merged := slices.Clone(base)
	at := make(map[string]int, len(base))
	for i, e := range base {
		at[e.key] = i
	}
	for _, o := range over {
		i, both := at[o.key]
		if !both {
			merged = append(merged, o)
			continue
		}
		merged[i] = mergeEntry(merged[i], o, merge)
	}
	return merged
}

// mergeEntry returns the table or field that over makes of base. It is base's
// preset's still, but where over is the file's own it stands there.
func mergeEntry(base, over entry, merge func(base, over *value) *value) entry {
	e := entry{key: base.key, pos: over.pos, preset: base.preset, doc: over.docOf(), val: merge(base.val, over.val)}
	if over.preset != "" {
		e.pos = base.pos
	}
	if e.doc == "" {
		e.doc = base.docOf()
	}
	e.val.entries = slices.DeleteFunc(e.val.entries, func(e entry) bool { return e.key == "doc" })
	return e
}

// mergeTable merges fields one by one and adds indexes and triggers; any other
// key of over replaces that of base.
func mergeTable(base, over *value) *value {
	merged := override(base, over)
	for i, e := range merged.entries {
		b, o := base.get(e.key), over.get(e.key)
		if b == nil || o == nil {
			continue
		}
		both := *o
		switch e.key {
		case "fields":
			both.entries = mergeEntries(b.entries, o.entries, mergeField)
		case "indexes":
			both.items = slices.Concat(b.items, o.items)
		case "triggers":
			if b.node.kind == textKind { // all: there are none to add
				both = *b
			}
			both.items = slices.Concat(b.items, o.items)
		}
		merged.entries[i].val = &both
	}
	return merged
}

// mergeField merges a field key by key. The short form says two of them: the
// type, and whether the field is nullable.
func mergeField(base, over *value) *value {
	return override(expandShort(base), expandShort(over))
}

// override returns base with the entries of over added or replaced.
func override(base, over *value) *value {
	merged := &value{
		node: over.node, pos: over.pos, broken: base.broken || over.broken,
		meant: slices.Concat(base.meant, over.meant), entries: slices.Clone(base.entries),
	}
	for _, o := range over.entries {
		if old := merged.entry(o.key); old != nil {
			*old = o
		} else {
			merged.entries = append(merged.entries, o)
		}
	}
	return merged
}

// expandShort returns "string?" as {type: string, nullable: true}; any other
// value as it is.
func expandShort(v *value) *value {
	if v.broken || v.node.kind != textKind {
		return v
	}
	bare, nullable := strings.CutSuffix(v.node.text, "?")
	word := func(k kind, text string) *value {
		return &value{pos: v.pos, node: &node{kind: k, text: text, line: v.node.line, column: v.node.column}}
	}
	is := word(boolKind, "false")
	if nullable {
		is = word(boolKind, "true")
	}
	return &value{node: v.node, pos: v.pos, entries: []entry{
		{key: "type", pos: v.pos, val: word(textKind, bare)},
		{key: "nullable", pos: v.pos, val: is},
	}}
}
