package grammar

import (
	"github.com/authgen/authgen/gen/schema/internal/wording"
	"github.com/authgen/authgen/gen/schema/internal/yamltree"
)

// section checks a mapping with a fixed set of keys.
func (w *walker) section(s *Section, v *Value, at place) {
	var unknown []unknownKey
	parent := ""
	for i, p := range v.Node.Pairs {
		name, ok := w.key(p, at)
		if !ok {
			continue
		}
		k := s.Key(name)
		if k == nil {
			unknown = append(unknown, unknownKey{p, v.Node.Pairs[max(i-1, 0)], parent})
			continue
		}
		if k.isParent(p) {
			parent = name
		}
		val := w.walk(k.Shape, p.Value, place{table: at.table, name: at.name, key: name})
		v.Entries = append(v.Entries, Entry{Key: name, Pos: w.source.Pos(p.Key), Val: val})
	}
	w.unknownKeys(s, v, unknown, at)
	for _, k := range s.Keys {
		if k.Required && !v.Wrote(k.Name) {
			w.missing(k, v, at)
		}
	}
	v.Entries = present(v.Entries)
}

// missing reports a required key that is not there.
func (w *walker) missing(k Key, v *Value, at place) {
	w.problems.Add(v.Pos, "%smissing key %s%s", at.in(), wording.Quote(k.Name), k.Missing)
}

// present returns the entries whose values fit.
func present(entries []Entry) []Entry {
	kept := entries[:0]
	for _, e := range entries {
		if e.Val != nil {
			kept = append(kept, e)
		}
	}
	return kept
}

// key returns the text of a key, and whether it can be read: it must be text, and not
// be in the mapping already.
func (w *walker) key(p yamltree.Pair, at place) (string, bool) {
	pos := w.source.Pos(p.Key)
	switch {
	case p.Key.Kind == yamltree.List || p.Key.Kind == yamltree.Map:
		w.problems.Add(pos, "%sa key must be text, not %s", at.in(), p.Key.Says())
	case p.Key.Kind == yamltree.Null:
		w.problems.Add(pos, "%sa key is empty; give it a name", at.in())
	case p.Key.Kind != yamltree.Text:
		w.problems.Add(pos, "%sa key must be text, not %s; put it in quotes if that is what you mean", at.in(), p.Key.Says())
	case p.First != nil:
		w.problems.Add(pos, "%skey %s is there twice, first in line %d; keep one", at.in(), wording.Quote(p.Key.Text), w.source.Pos(p.First).Line)
	default:
		return p.Key.Text, true
	}
	return "", false
}

// entries checks a mapping whose keys the user makes up.
func (w *walker) entries(sh *Shape, v *Value, at place) {
	for i := 0; i < len(v.Node.Pairs); i++ {
		p := v.Node.Pairs[i]
		name, ok := w.key(p, at.inside())
		if !ok {
			continue
		}
		if n := sh.strays(v.Node.Pairs, i); n > 0 {
			parent := at.entryOf(sh.Entry, v.Node.Pairs[i-1].Key.Text)
			w.problems.Add(w.source.Pos(p.Key), "%s: the key %s stands beside it; indent it deeper", parent, wording.Quote(name))
			i += n - 1
			continue
		}
		if len(v.Entries) == sh.Most {
			w.problems.Add(w.source.Pos(p.Key), "%s holds more than %d %ss", at, sh.Most, sh.Entry)
			return
		}
		inner := at.entryOf(sh.Entry, name)
		if complaint := keyComplaint(name, sh.SQLName, sh.Pattern); complaint != "" {
			w.problems.Add(w.source.Pos(p.Key), "%s: the key %s", inner, complaint)
			continue
		}
		if name == sh.Taken {
			w.problems.Add(w.source.Pos(p.Key), "%s: %s", inner, sh.Why)
			continue
		}
		val := w.walk(sh.Of, p.Value, inner)
		if val == nil {
			// The name exists, so that references to it are not problems as well.
			val = &Value{Node: p.Value, Pos: w.source.Pos(p.Key), Broken: true}
		}
		v.Entries = append(v.Entries, Entry{Key: name, Pos: w.source.Pos(p.Key), Doc: p.Key.Doc, Val: val})
	}
}
