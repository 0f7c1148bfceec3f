package grammar

import (
	"strconv"

	"github.com/authgen/authgen/gen/schema/internal/wording"
	"github.com/authgen/authgen/gen/schema/internal/yamltree"
)

// list checks the length and the items of a list, and that all texts in it differ.
func (w *walker) list(sh *Shape, v *Value, at place) {
	if len(v.Node.Items) < sh.Least {
		w.problems.Add(v.Pos, "%s is an empty list; it needs at least one entry", at)
	}
	seen, wrong := map[string]*yamltree.Node{}, map[yamltree.Kind]bool{}
	for i, n := range v.Node.Items {
		inner := at
		if sh.Of.Form == SectionForm {
			inner = place{table: at.table, name: at.name + ", " + sh.Entry + " " + strconv.Itoa(i+1)}
		} else {
			inner.item = true
		}
		if sh.Alt != nil && n.Kind == yamltree.Text && contains(sh.Alt.Values, n.Text) {
			w.problems.Add(w.source.Pos(n), "%s: %s cannot be in a list; write %s: %s", at, wording.Quote(n.Text), at.key, n.Text)
			continue
		}
		if !sh.Of.Takes(n) {
			if wrong[n.Kind] {
				continue // one message serves for all numbers in a list of texts
			}
			wrong[n.Kind] = true
		}
		item := w.walk(sh.Of, n, inner)
		if item == nil {
			continue
		}
		if first := seen[n.Text]; n.Kind == yamltree.Text && first != nil {
			w.problems.Add(item.Pos, "%s%s is in %s twice", at.in(), wording.Quote(n.Text), wording.Quote(at.key))
			continue
		}
		seen[n.Text] = n
		v.Items = append(v.Items, item)
	}
}
