package schema

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/authgen/authgen/templates"
)

const (
	presetRoot = "presets/"
	presetExt  = ".yaml"
)

// Presets returns the names that "use" takes, sorted.
func Presets() []string {
	files, _ := fs.Glob(templates.Presets, presetRoot+"*/*"+presetExt) // only a bad pattern is an error
	for i, f := range files {
		files[i] = strings.TrimSuffix(strings.TrimPrefix(f, presetRoot), presetExt)
	}
	slices.Sort(files)
	return files
}

// used returns what the presets that the file uses declare, merged in the
// order in which they are used, but each after those that it builds on.
func (b *builder) used(top *value) presetLoader {
	l := presetLoader{b: b, done: map[string]bool{}}
	uses := top.all("use")
	for _, u := range uses {
		l.named = append(l.named, u.node.text)
	}
	for _, u := range uses {
		l.load(u.node.text, u.pos)
	}
	return l
}

// A presetLoader merges presets.
type presetLoader struct {
	b      *builder
	named  []string // by "use"
	done   map[string]bool
	tables []entry
	events []entry
}

// load merges one preset in, after what it builds on. What that is and the
// file does not name is a problem, and loaded all the same: else every
// reference to it would be another.
func (l *presetLoader) load(name string, at Pos) {
	if l.done[name] {
		return
	}
	l.done[name] = true
	v := l.b.preset(name, at)
	if v == nil {
		return
	}
	for _, need := range v.all("use") {
		if !slices.Contains(l.named, need.node.text) {
			l.b.problems.add(Pos{Line: at.Line, Column: at.Column},
				`preset %s builds on %s; add that to "use"`, quote(name), quote(need.node.text))
		}
		l.load(need.node.text, at)
	}
	l.tables = mergeTables(l.tables, v.get("tables"))
	l.events = mergeEvents(l.events, v.get("events"))
}

// preset reads a preset as a file is read.
func (b *builder) preset(name string, at Pos) *value {
	src, err := fs.ReadFile(templates.Presets, presetRoot+name+presetExt)
	if err != nil {
		return nil // the name was checked; there is nothing else that an embedded file can do
	}
	at.Preset = name
	s, root, found := readYAML(src, &at)
	for _, p := range found {
		b.problems.add(at, "%s", p.Message)
	}
	if root == nil {
		return nil
	}
	w := &walker{source: s, problems: &b.problems, suggest: &b.suggest}
	v := w.walk(&shape{form: sectionForm, keys: presetKeys(b.presets)}, root, place{})
	for _, key := range []string{"tables", "events"} {
		markPreset(v.get(key), name)
	}
	return v
}

// markPreset notes on tables, their fields and events which preset brought
// them in.
func markPreset(v *value, name string) {
	if v == nil {
		return
	}
	for i := range v.entries {
		e := &v.entries[i]
		e.preset = name
		markPreset(e.val.get("fields"), name)
	}
}

// presetWith returns the preset that brings in a table and is not used, for
// the hint in a message, or the empty string.
func (b *builder) presetWith(table string) string {
	if b.presetTables == nil {
		b.presetTables = map[string]string{}
		for _, name := range b.presets {
			if slices.Contains(b.schema.Use, name) {
				continue
			}
			tables := newBuilder("").preset(name, Pos{}).get("tables")
			if tables == nil {
				continue
			}
			for _, e := range tables.entries {
				if b.presetTables[e.key] == "" {
					b.presetTables[e.key] = name
				}
			}
		}
	}
	return b.presetTables[table]
}
