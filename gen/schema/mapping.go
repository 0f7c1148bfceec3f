package schema

import "strconv"

// section checks a mapping with a fixed set of keys.
func (w *walker) section(s *section, v *value, at place) {
	var unknown []unknownKey
	parent := ""
	for i, p := range v.node.pairs {
		name, ok := w.key(p, at)
		if !ok {
			continue
		}
		k := s.key(name)
		if k == nil {
			unknown = append(unknown, unknownKey{p, v.node.pairs[max(i-1, 0)], parent})
			continue
		}
		if k.isParent(p) {
			parent = name
		}
		val := w.walk(k.shape, p.value, place{table: at.table, name: at.name, key: name})
		v.entries = append(v.entries, entry{key: name, pos: w.source.pos(p.key), val: val})
	}
	w.unknownKeys(s, v, unknown, at)
	for _, k := range s.keys {
		if k.required && !v.wrote(k.name) {
			w.missing(k, v, at)
		}
	}
	v.entries = present(v.entries)
}

// missing reports a required key that is not there.
func (w *walker) missing(k key, v *value, at place) {
	example := ""
	switch k.name {
	case "version":
		example = `; begin the file with "version: 1"`
	case "out":
		example = `; name the folder of the generated package, such as "out: ./auth"`
	case "on":
		example = `; name the write, such as "on: user.update"`
	case "table":
		example = `; name the table, such as "table: user"`
	case "fields":
		example = `; list the fields, such as "fields: [userId, role]"`
	}
	w.problems.add(v.pos, "%smissing key %s%s", at.in(), quote(k.name), example)
}

// present returns the entries that have a value.
func present(entries []entry) []entry {
	kept := entries[:0]
	for _, e := range entries {
		if e.val != nil {
			kept = append(kept, e)
		}
	}
	return kept
}

// key returns the text of a key, and whether to go on with it: it must be
// text, and the first of its name.
func (w *walker) key(p pair, at place) (string, bool) {
	pos := w.source.pos(p.key)
	switch {
	case p.key.kind == listKind || p.key.kind == mapKind:
		w.problems.add(pos, "%sa key must be text, not %s", at.in(), p.key.says())
	case p.key.kind == nullKind:
		w.problems.add(pos, "%sa key is empty; give it a name", at.in())
	case p.key.kind != textKind:
		w.problems.add(pos, "%sa key must be text, not %s; put it in quotes if that is what you mean", at.in(), p.key.says())
	case p.first != nil:
		w.problems.add(pos, "%skey %s is given twice, first in line %d; keep one", at.in(), quote(p.key.text), w.source.pos(p.first).Line)
	default:
		return p.key.text, true
	}
	return "", false
}

// entries checks a mapping whose keys the user makes up.
func (w *walker) entries(sh *shape, v *value, at place) {
	limit := maxTables
	if sh.entry == "field" {
		limit = maxFields
	}
	for i := 0; i < len(v.node.pairs); i++ {
		p := v.node.pairs[i]
		name, ok := w.key(p, at.inside())
		if !ok {
			continue
		}
		if n := sh.strays(v.node.pairs, i); n > 0 {
			parent := at.entryOf(sh.entry, v.node.pairs[i-1].key.text)
			w.problems.add(w.source.pos(p.key), "%s: the key %s stands beside it; indent it deeper", parent, quote(name))
			i += n - 1
			continue
		}
		if len(v.entries) == limit {
			w.problems.add(w.source.pos(p.key), "%s holds more than %d %ss", at, limit, sh.entry)
			return
		}
		inner := at.entryOf(sh.entry, name)
		if complaint := keyComplaint(name, sh.sqlName, sh.pattern); complaint != "" {
			w.problems.add(w.source.pos(p.key), "%s: the key %s", inner, complaint)
			continue
		}
		if sh.entry == "field" && name == "id" {
			w.problems.add(w.source.pos(p.key), `%s: every table has an id; leave this one out, "ids" of the table says of what kind it is`, inner)
			continue
		}
		val := w.walk(sh.of, p.value, inner)
		if val == nil {
			// The name is still taken; whoever refers to it gets no second error.
			val = &value{node: p.value, pos: w.source.pos(p.key), broken: true}
		}
		v.entries = append(v.entries, entry{key: name, pos: w.source.pos(p.key), doc: p.key.doc, val: val})
	}
}

// entryOf returns the place of a table, field or event at p.
func (p place) entryOf(kind, key string) place {
	switch kind {
	case "table":
		return place{table: key, name: "table " + quote(key)}
	case "field":
		return place{table: p.table, name: fieldName(p.table, key)}
	}
	return place{name: kind + " " + quote(key)}
}

// list checks a list: its length, its items, that no text is in it twice.
func (w *walker) list(sh *shape, v *value, at place) {
	if len(v.node.items) < sh.least {
		w.problems.add(v.pos, "%s is an empty list; it needs at least one entry", at)
	}
	seen, wrong := map[string]*node{}, map[kind]bool{}
	for i, n := range v.node.items {
		inner := at
		if sh.of.form == sectionForm {
			inner = place{table: at.table, name: at.name + ", index " + strconv.Itoa(i+1)}
		} else {
			inner.item = true
		}
		if sh.alt != nil && n.kind == textKind && contains(sh.alt.values, n.text) {
			w.problems.add(w.source.pos(n), "%s: %s is no entry of a list; write %s: %s", at, quote(n.text), at.key, n.text)
			continue
		}
		if !sh.of.takes(n) {
			if wrong[n.kind] {
				continue // one message is enough for all numbers in a list of texts
			}
			wrong[n.kind] = true
		}
		item := w.walk(sh.of, n, inner)
		if item == nil {
			continue
		}
		if first := seen[n.text]; n.kind == textKind && first != nil {
			w.problems.add(item.pos, "%s%s is in %s twice", at.in(), quote(n.text), quote(at.key))
			continue
		}
		seen[n.text] = n
		v.items = append(v.items, item)
	}
}
