package grammar

import (
	"strings"

	"github.com/authgen/authgen/gen/schema/internal/wording"
	"github.com/authgen/authgen/gen/schema/internal/yamltree"
)

// Keys that are not indented deeply enough stand beside the key that they belong to,
// which then has no value.

// isParent tells whether a pair of the section is empty and may be meant to hold the
// keys below it.
func (k *Key) isParent(p yamltree.Pair) bool {
	return p.Value.Kind == yamltree.Null && (k.Shape.Form == MapForm || k.Shape.Form == SectionForm)
}

// misplaced returns the key under which an unknown key belongs, and how to bring it
// there; empty texts if that cannot be told.
func (s *Section) misplaced(u unknownKey) (parent, hint string) {
	if u.parent != "" {
		return u.parent, "if it belongs to " + wording.Quote(u.parent) + ", indent it deeper"
	}
	for _, k := range s.Keys {
		if k.Shape.Form == MapForm && k.Shape.isEntry(u.Value) {
			return k.Name, "if it is " + wording.WithArticle(k.Shape.Entry) + ", put it under " + wording.Quote(k.Name)
		}
	}
	return "", ""
}

// isEntry tells whether a node looks like an entry of the map.
func (sh *Shape) isEntry(n *yamltree.Node) bool {
	if sh.Of.Alt != nil && n.Kind == yamltree.Text {
		return contains(sh.Of.Alt.Values, strings.TrimSuffix(n.Text, sh.Of.Alt.Suffix))
	}
	return len(n.Pairs) > 0 && sh.fits(n)
}

// strays returns how many pairs from i on are not entries of the map but keys of the
// entry before, which is empty: for example "fields", beside its table.
func (sh *Shape) strays(pairs []yamltree.Pair, i int) int {
	if sh.Of.Form != SectionForm || i == 0 || pairs[i-1].Value.Kind != yamltree.Null {
		return 0
	}
	n := 0
	for _, p := range pairs[i:] {
		k := sh.Of.Keys.Key(p.Key.Text)
		if k == nil || !k.Shape.Takes(p.Value) || sh.fits(p.Value) {
			break
		}
		n++
	}
	return n
}

// fits tells whether a node may be an entry of the map: it has the right kind and a key
// that entries have.
func (sh *Shape) fits(n *yamltree.Node) bool {
	if sh.Of.Alt != nil && sh.Of.Alt.Takes(n) {
		return true
	}
	for _, p := range n.Pairs {
		if sh.Of.Keys.Key(p.Key.Text) != nil {
			return true
		}
	}
	return sh.Of.Takes(n) && len(n.Pairs) == 0
}
