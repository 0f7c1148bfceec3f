package schema

import (
	"path"
	"slices"
	"strings"
)

// suggestBudget is enough for every mistake a person makes in one file, and
// a tenth of a second at most.
const suggestBudget = 3_000_000

// Parse reads a schema.yaml. File is the path that messages show; nothing is
// opened. The Schema is never nil: it holds what could be understood, so that
// the checks of names that follow can report in the same run. It is good to
// generate from only where there are no problems, which come sorted by
// position, each once.
func Parse(file string, src []byte) (*Schema, []Problem) {
	b := newBuilder(file)
	s, root, found := readYAML(src, nil)
	b.problems.list = append(b.problems.list, found...)
	if root == nil {
		return b.schema, b.problems.sorted()
	}
	b.schema.Pos = s.pos(root)
	if root.kind != mapKind {
		b.problems.add(b.schema.Pos, "a schema is a mapping, not %s; the least it can say is {%s}", root.says(), minimal)
		return b.schema, b.problems.sorted()
	}
	w := &walker{source: s, problems: &b.problems, suggest: &b.suggest}
	b.build(w.walk(&shape{form: sectionForm, keys: topKeys(b.presets)}, root, place{}))
	return b.schema, b.problems.sorted()
}

// A builder makes a Schema of values.
type builder struct {
	schema   *Schema
	problems problems
	suggest  suggester
	presets  []string // that exist

	tables map[string]*tableDecl
	order  []*tableDecl
	fields map[*Field]*fieldDecl

	keys         []string          // of tables, see tableNames
	presetTables map[string]string // see presetWith
}

// newBuilder returns a builder whose schema is what an empty file would give.
func newBuilder(file string) *builder {
	return &builder{
		schema: &Schema{
			File: file, Version: 1, Out: "./auth", Triggers: "./triggers",
			Dialects: []Dialect{SQLite, Postgres, MySQL},
			Naming:   Naming{Tables: "asIs", Columns: "asIs"},
			IDs:      NanoID,
		},
		suggest: suggester{budget: suggestBudget},
		presets: Presets(),
		tables:  map[string]*tableDecl{},
		fields:  map[*Field]*fieldDecl{},
	}
}

// build fills in the schema. The order matters: a reference needs all tables,
// a default needs the type that a reference gives, an event needs all fields.
func (b *builder) build(top *value) {
	b.top(top)
	presets := b.used(top)
	entries := mergeTables(presets.tables, top.get("tables"))
	if len(entries) == 0 && meantEmpty(top, topKeys(b.presets)) {
		pos := top.pos
		if e := top.entry("tables"); e != nil {
			pos = e.pos
		}
		b.problems.add(pos, `there is no table; declare one under "tables", or write "use: [better-auth/core]"`)
	}
	for _, e := range entries {
		b.table(e)
	}
	for _, t := range b.order {
		b.references(t)
	}
	for _, t := range b.order {
		b.types(t)
	}
	for _, t := range b.order {
		b.checkFields(t)
		b.checkTriggers(t)
		b.indexes(t)
	}
	b.checkTargets()
	b.checkCycles()
	events := b.wanted(presets.events, top.get("events"))
	b.schema.TextBigints = top.text("eventBigints") == "text"
	b.events(events)
	b.outbox(top, len(events) > 0)
}

// meantEmpty tells whether a file without tables has none, rather than some
// that a reported mistake hides.
func meantEmpty(top *value, keys *section) bool {
	for _, p := range top.node.pairs {
		if keys.key(p.key.text) == nil {
			return false
		}
	}
	for _, key := range []string{"tables", "use"} {
		v := top.get(key)
		if v == nil && top.wrote(key) || v != nil && len(v.node.pairs) > 0 {
			return false
		}
	}
	use := top.get("use") // presets that are all right may have no tables
	return use == nil || len(use.items) == len(use.node.items)
}

// top reads the keys that are about the whole.
func (b *builder) top(top *value) {
	s := b.schema
	s.OutPos = top.posOr("out", top.pos)
	s.PackPos = top.posOr("package", s.OutPos)
	s.Package = top.text("package")
	if out := top.text("out"); out != "" {
		s.Out = out
	}
	if triggers := top.text("triggers"); triggers != "" {
		s.Triggers = triggers
	}
	// Some file systems know no difference between capitals and small letters.
	if out := top.text("out"); out != "" && strings.EqualFold(path.Clean(out), path.Clean(s.Triggers)) {
		b.problems.add(top.posOr("triggers", s.OutPos),
			`"out" and "triggers" are the same folder, %s; the generated package and yours import each other's types, so give each its own`, quote(s.Out))
	}
	if dialects := top.all("dialects"); len(dialects) > 0 {
		s.Dialects = slices.DeleteFunc(s.Dialects, func(d Dialect) bool {
			return !slices.ContainsFunc(dialects, func(v *value) bool { return v.node.text == string(d) })
		})
	}
	if naming := top.get("naming"); naming != nil {
		s.Naming.Tables = TableNaming(naming.textOr("tables", "asIs"))
		s.Naming.Columns = ColumnNaming(naming.textOr("columns", "asIs"))
	}
	s.IDs = IDStrategy(top.textOr("ids", string(NanoID)))
	for _, u := range top.all("use") {
		s.Use = append(s.Use, u.node.text)
	}
}

// tableNames returns the keys of all tables, for suggestions.
func (b *builder) tableNames() []string {
	if b.keys == nil {
		for _, t := range b.order {
			b.keys = append(b.keys, t.Key)
		}
	}
	return b.keys
}

// splitLast cuts s at its last dot.
func splitLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
