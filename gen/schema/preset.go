package schema

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/authgen/authgen/gen/schema/internal/grammar"
	"github.com/authgen/authgen/gen/schema/internal/wording"
	"github.com/authgen/authgen/gen/schema/internal/yamltree"
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

// usedPresets returns the tables and events of all presets that the file uses. It merges
// them in the order of "use", but each after the presets that it builds on.
func (d *draft) usedPresets(top *grammar.Value) presetLoader {
	l := presetLoader{draft: d, done: map[string]bool{}}
	uses := top.All("use")
	for _, u := range uses {
		l.named = append(l.named, u.Node.Text)
	}
	for _, u := range uses {
		l.load(u.Node.Text, u.Pos)
	}
	return l
}

// A presetLoader merges presets.
type presetLoader struct {
	draft  *draft
	named  []string // the presets under "use"
	done   map[string]bool
	tables []grammar.Entry
	events []grammar.Entry
}

// load adds one preset, after those that it builds on. It reports one of those that the
// file does not name, and loads it all the same: otherwise every reference to its tables
// would be a problem too.
func (l *presetLoader) load(name string, at Pos) {
	if l.done[name] {
		return
	}
	l.done[name] = true
	v := l.draft.preset(name, at)
	if v == nil {
		return
	}
	for _, need := range v.All("use") {
		if !slices.Contains(l.named, need.Node.Text) {
			l.draft.problems.Add(Pos{Line: at.Line, Column: at.Column},
				`preset %s builds on %s; add it to "use"`, wording.Quote(name), wording.Quote(need.Node.Text))
		}
		l.load(need.Node.Text, at)
	}
	l.tables = mergeTables(l.tables, v.Get("tables"))
	l.events = mergeEvents(l.events, v.Get("events"))
}

// preset reads a preset as Parse reads a file.
func (d *draft) preset(name string, at Pos) *grammar.Value {
	src, err := fs.ReadFile(templates.Presets, presetRoot+name+presetExt)
	if err != nil {
		return nil // the name is wrong, which is reported; reading an embedded file cannot fail otherwise
	}
	at.Preset = name
	s, root, found := yamltree.Read(src, &at)
	for _, p := range found {
		d.problems.Add(at, "%s", p.Message)
	}
	if root == nil {
		return nil
	}
	v := grammar.Check(presetKeys(d.presets), s, root, &d.problems, d.suggest)
	for _, key := range []string{"tables", "events"} {
		markPreset(v.Get(key), name)
	}
	return v
}

// markPreset records on tables, their fields, and events which preset they come from.
func markPreset(v *grammar.Value, name string) {
	if v == nil {
		return
	}
	for i := range v.Entries {
		e := &v.Entries[i]
		e.Preset = name
		markPreset(e.Val.Get("fields"), name)
	}
}

// presetWith returns the preset that has a table and is not under "use", for a hint in a
// message; empty if no preset has it.
func (d *draft) presetWith(table string) string {
	if d.presetTables == nil {
		d.presetTables = map[string]string{}
		for _, name := range d.presets {
			if slices.Contains(d.schema.Use, name) {
				continue
			}
			tables := newDraft("").preset(name, Pos{}).Get("tables")
			if tables == nil {
				continue
			}
			for _, e := range tables.Entries {
				if d.presetTables[e.Key] == "" {
					d.presetTables[e.Key] = name
				}
			}
		}
	}
	return d.presetTables[table]
}
