package schema

import "strings"

// What is not indented deeply enough stands beside the key that it belongs to,
// which then has no value.

// isParent tells whether a pair of the section is left empty and may have been
// meant to hold what stands below it.
func (k *key) isParent(p pair) bool {
	return p.value.kind == nullKind && (k.shape.form == mapForm || k.shape.form == sectionForm)
}

// misplaced returns the key that an unknown one should stand under, and how to
// bring it there; empty texts if it cannot be told.
func (s *section) misplaced(u unknownKey) (parent, hint string) {
	if u.parent != "" {
		return u.parent, "if it belongs to " + quote(u.parent) + ", indent it deeper"
	}
	for _, k := range s.keys {
		if k.shape.form == mapForm && k.shape.isEntry(u.value) {
			return k.name, "if it is " + withArticle(k.shape.entry) + ", put it under " + quote(k.name)
		}
	}
	return "", ""
}

// isEntry tells whether a node looks like an entry of the map.
func (sh *shape) isEntry(n *node) bool {
	if sh.of.alt != nil && n.kind == textKind {
		return contains(sh.of.alt.values, strings.TrimSuffix(n.text, sh.of.alt.suffix))
	}
	return len(n.pairs) > 0 && sh.fits(n)
}

// strays returns how many pairs from i on are no entries of the map but keys
// of the entry before, which is left empty: "fields", beside its table.
func (sh *shape) strays(pairs []pair, i int) int {
	if sh.of.form != sectionForm || i == 0 || pairs[i-1].value.kind != nullKind {
		return 0
	}
	n := 0
	for _, p := range pairs[i:] {
		k := sh.of.keys.key(p.key.text)
		if k == nil || !k.shape.takes(p.value) || sh.fits(p.value) {
			break
		}
		n++
	}
	return n
}

// fits tells whether a node may be an entry of the map: it has the right kind,
// and a key that is one.
func (sh *shape) fits(n *node) bool {
	if sh.of.alt != nil && sh.of.alt.takes(n) {
		return true
	}
	for _, p := range n.pairs {
		if sh.of.keys.key(p.key.text) != nil {
			return true
		}
	}
	return sh.of.takes(n) && len(n.pairs) == 0
}
