package schema

import (
	"slices"

	"github.com/authgen/authgen/gen/schema/internal/grammar"
	"github.com/authgen/authgen/gen/schema/internal/wording"
	"github.com/authgen/authgen/gen/schema/internal/yamltree"
)

// mergeEvents returns the events of base and over. Of an event that both have it takes
// the one of over as a whole, so that a reader finds an event in one place.
func mergeEvents(base []grammar.Entry, over *grammar.Value) []grammar.Entry {
	if over == nil {
		return base
	}
	merged := slices.Clone(base)
	for _, o := range over.Entries {
		if i := slices.IndexFunc(base, func(e grammar.Entry) bool { return e.Key == o.Key }); i >= 0 {
			merged[i] = o
		} else {
			merged = append(merged, o)
		}
	}
	return merged
}

// An eventMerger decides which events of the presets the schema gets.
type eventMerger struct{ *draft }

// merge returns the events of the presets that fit the tables, without those that the
// file drops, and the file's own.
func (m eventMerger) merge(presets []grammar.Entry, own *grammar.Value) []grammar.Entry {
	if own != nil {
		m.checkDrops(presets, own.Entries)
	}
	fitting := slices.DeleteFunc(slices.Clone(presets), func(e grammar.Entry) bool { return !m.fits(e) })
	if len(fitting) == 0 && len(presets) > 0 && len(m.problems.All) == 0 {
		pos := presets[0].Pos
		m.problems.Add(Pos{Line: pos.Line, Column: pos.Column}, `preset %s has no event for any table here; add the preset that has its tables, or remove it from "use"`, wording.Quote(presets[0].Preset))
	}
	return slices.DeleteFunc(mergeEvents(fitting, own), isDrop)
}

// isDrop tells whether an entry under "events" is "false".
func isDrop(e grammar.Entry) bool { return e.Val.Node.Kind == yamltree.Bool && !e.Val.Broken }

// checkDrops refuses to drop an event that no preset has.
func (m eventMerger) checkDrops(presets, own []grammar.Entry) {
	var keys []string
	for _, e := range presets {
		keys = append(keys, e.Key)
	}
	for _, e := range own {
		if isDrop(e) && !slices.Contains(keys, e.Key) {
			m.problems.Add(e.Pos, `event %s: false drops an event of a preset, but no preset under "use" has this event%s`, wording.Quote(e.Key), m.suggest.Hint(e.Key, keys))
		}
	}
}

// fits tells whether an event can happen: its table exists, and one of the fields that
// it watches exists and may change.
func (m eventMerger) fits(e grammar.Entry) bool {
	table, _, _ := splitLast(e.Val.Text("on"))
	t := m.tables[table]
	if t == nil {
		return false
	}
	fields := e.Val.All("fields")
	return len(fields) == 0 || slices.ContainsFunc(fields, func(v *grammar.Value) bool {
		f := t.fields[v.Node.Text]
		return f != nil && !f.Immutable
	})
}
