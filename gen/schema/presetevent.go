package schema

import "slices"

// mergeEvents returns the events of base and those of over. One that both have
// is that of over, whole: what an event means stands in one place.
func mergeEvents(base []entry, over *value) []entry {
	if over == nil {
		return base
	}
	merged := slices.Clone(base)
	for _, o := range over.entries {
		if i := slices.IndexFunc(base, func(e entry) bool { return e.key == o.key }); i >= 0 {
			merged[i] = o
		} else {
			merged = append(merged, o)
		}
	}
	return merged
}

// wanted returns the events of the presets, as far as they fit the tables, and
// those of the file, which may drop some of the presets'.
func (b *builder) wanted(presets []entry, own *value) []entry {
	if own != nil {
		b.checkDrops(presets, own.entries)
	}
	fitting := slices.DeleteFunc(slices.Clone(presets), func(e entry) bool { return !b.fits(e) })
	if len(fitting) == 0 && len(presets) > 0 && len(b.problems.list) == 0 {
		pos := presets[0].pos
		b.problems.add(Pos{Line: pos.Line, Column: pos.Column}, `preset %s knows none of the tables here; add the preset that has the tables its events are about, or take it out of "use"`, quote(presets[0].preset))
	}
	return slices.DeleteFunc(mergeEvents(fitting, own), isDrop)
}

// isDrop tells whether an entry under "events" is "false".
func isDrop(e entry) bool { return e.val.node.kind == boolKind && !e.val.broken }

// checkDrops refuses to drop what no preset has.
func (b *builder) checkDrops(presets, own []entry) {
	var keys []string
	for _, e := range presets {
		keys = append(keys, e.key)
	}
	for _, e := range own {
		if isDrop(e) && !slices.Contains(keys, e.key) {
			b.problems.add(e.pos, `event %s: false drops an event of a preset, and none under "use" has this one%s`, quote(e.key), b.suggest.hint(e.key, keys))
		}
	}
}

// fits tells whether there can be such an event: its table is there and, of
// the fields that it watches, one that may change.
func (b *builder) fits(e entry) bool {
	table, _, _ := splitLast(e.val.text("on"))
	t := b.tables[table]
	if t == nil {
		return false
	}
	fields := e.val.all("fields")
	return len(fields) == 0 || slices.ContainsFunc(fields, func(v *value) bool {
		f := t.fields[v.node.text]
		return f != nil && !f.Immutable
	})
}
