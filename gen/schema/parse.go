package schema

import (
	"strings"

	"github.com/authgen/authgen/gen/schema/internal/grammar"
	"github.com/authgen/authgen/gen/schema/internal/yamltree"
)

// Parse reads a schema.yaml. File is the path that messages show; Parse opens nothing.
// It returns all problems, sorted by position, each once. The Schema is never nil. If
// there are problems it has what could be understood, so that later checks can report in
// the same run; generate only from a schema without problems.
func Parse(file string, src []byte) (*Schema, []Problem) {
	d := newDraft(file)
	s, root, found := yamltree.Read(src, nil)
	d.problems.All = append(d.problems.All, found...)
	if root == nil {
		if len(found) == 0 {
			d.problems.Add(Pos{Line: 1, Column: 1}, "the file is empty; the smallest schema is {%s}", minimal)
		}
		return d.schema, d.problems.Sorted()
	}
	d.schema.Pos = s.Pos(root)
	if root.Kind != yamltree.Map {
		d.problems.Add(d.schema.Pos, "a schema is a mapping, not %s; the smallest one is {%s}", root.Says(), minimal)
		return d.schema, d.problems.Sorted()
	}
	d.build(grammar.Check(topKeys(d.presets), s, root, &d.problems, d.suggest))
	return d.schema, d.problems.Sorted()
}

// build fills in the schema. The order of the steps matters: a reference needs all
// tables, a default needs the type that a reference gives, an event needs all fields.
func (d *draft) build(top *grammar.Value) {
	settingsReader{d}.read(top)
	presets := d.usedPresets(top)
	entries := mergeTables(presets.tables, top.Get("tables"))
	if len(entries) == 0 && meantEmpty(top, topKeys(d.presets)) {
		pos := top.Pos
		if e := top.Entry("tables"); e != nil {
			pos = e.Pos
		}
		d.problems.Add(pos, `there is no table; declare one under "tables", or write "use: [better-auth/core]"`)
	}
	for _, e := range entries {
		declarer{d}.table(e)
	}
	for _, t := range d.order {
		linker{d}.resolve(t)
	}
	for _, t := range d.order {
		linker{d}.setTypes(t)
	}
	for _, t := range d.order {
		fieldChecker{d}.check(t)
		triggerChecker{d}.check(t)
		indexReader{d}.read(t)
	}
	linker{d}.checkTargets()
	cycleChecker{d}.check()
	events := eventMerger{d}.merge(presets.events, top.Get("events"))
	d.schema.TextBigints = top.Text("eventBigints") == "text"
	eventReader{d}.read(events)
	outboxReader{d}.read(top, len(events) > 0)
}

// meantEmpty tells whether a file without tables really has none. It has some if another
// mistake, which is reported, hides them.
func meantEmpty(top *grammar.Value, keys *grammar.Section) bool {
	for _, p := range top.Node.Pairs {
		if keys.Key(p.Key.Text) == nil {
			return false
		}
	}
	for _, key := range []string{"tables", "use"} {
		v := top.Get(key)
		if v == nil && top.Wrote(key) || v != nil && len(v.Node.Pairs) > 0 {
			return false
		}
	}
	use := top.Get("use") // a preset without mistakes may have no tables
	return use == nil || len(use.Items) == len(use.Node.Items)
}

// splitLast cuts s at its last dot.
func splitLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
