package grammar

import (
	"strconv"
	"strings"

	"github.com/authgen/authgen/gen/schema/internal/problem"
	"github.com/authgen/authgen/gen/schema/internal/wording"
	"github.com/authgen/authgen/gen/schema/internal/yamltree"
)

// A walker compares nodes with shapes. It reports what does not fit and returns the
// rest.
type walker struct {
	source   *yamltree.Source
	problems *problem.Log
	suggest  *Suggester
}

// Check compares the tree of a file with a section. It returns what fits, and adds
// what does not fit to the problems.
func Check(s *Section, source *yamltree.Source, root *yamltree.Node, problems *problem.Log, suggest *Suggester) *Value {
	w := &walker{source: source, problems: problems, suggest: suggest}
	return w.walk(&Shape{Form: SectionForm, Keys: s}, root, place{})
}

// walk returns n as a value of the shape, or nil if it does not fit.
func (w *walker) walk(sh *Shape, n *yamltree.Node, at place) *Value {
	if sh.Alt != nil && sh.Alt.Takes(n) {
		if sh.Form == ListForm && !contains(sh.Alt.Values, n.Text) {
			w.wrong(sh, n, at)
			return nil
		}
		sh = sh.Alt
	}
	if !sh.Takes(n) {
		w.wrong(sh, n, at)
		return nil
	}
	v := &Value{Node: n, Pos: w.source.Pos(n)}
	switch sh.Form {
	case TextForm:
		return w.text(sh, v, at)
	case NumberForm:
		return w.number(sh, v, at)
	case ListForm:
		w.list(sh, v, at)
	case MapForm:
		w.entries(sh, v, at)
	case SectionForm:
		w.section(sh.Keys, v, at.inside())
	}
	return v
}

// Takes tells whether a node is of the right kind. A mapping may be empty: "post:" is a
// table without fields.
func (sh *Shape) Takes(n *yamltree.Node) bool {
	switch sh.Form {
	case TextForm:
		return n.Kind == yamltree.Text
	case FlagForm:
		return n.Kind == yamltree.Bool
	case FalseForm:
		return n.Kind == yamltree.Bool && !n.IsTrue()
	case NumberForm:
		return n.Kind == yamltree.Number
	case AnyForm:
		return n.Kind != yamltree.Null
	case ListForm:
		return n.Kind == yamltree.List
	case MapForm:
		return n.Kind == yamltree.Map || n.Kind == yamltree.Null
	}
	return n.Kind == yamltree.Map || n.Kind == yamltree.Null && sh.Alt == nil && sh.Keys.mayBeEmpty()
}

// mayBeEmpty tells whether nothing in the section is required.
func (s *Section) mayBeEmpty() bool {
	for _, k := range s.Keys {
		if k.Required {
			return false
		}
	}
	return true
}

// text compares a text with the values or the rule of its shape.
func (w *walker) text(sh *Shape, v *Value, at place) *Value {
	text := v.Node.Text
	switch {
	case len(sh.Values) > 0 || sh.Noun != "":
		bare := strings.TrimSuffix(text, sh.Suffix)
		if !contains(sh.Values, bare) {
			w.unknownText(sh, v, at)
			return nil
		}
	case sh.Rule != nil && !sh.Rule.Pattern.MatchString(text):
		w.problems.Add(v.Pos, "%s must be %s", at, sh.Rule.Want)
		return nil
	}
	return v
}

// number checks a whole number.
func (w *walker) number(sh *Shape, v *Value, at place) *Value {
	n, ok := WholeNumber(v.Node.Text)
	switch {
	case sh.Least == sh.Most && (!ok || n != int64(sh.Least)):
		w.problems.Add(v.Pos, "%s must be %d, the only version that this authgen reads, not %s", at, sh.Least, wording.Cut(v.Node.Text))
	case !ok:
		w.problems.Add(v.Pos, "%s must be a whole number, not %s", at, wording.Cut(v.Node.Text))
	case n < int64(sh.Least):
		w.problems.Add(v.Pos, "%s must be at least %d, not %d", at, sh.Least, n)
	case sh.Most > 0 && n > int64(sh.Most):
		w.problems.Add(v.Pos, "%s must be at most %d, not %d", at, sh.Most, n)
	default:
		return v
	}
	return nil
}

// WholeNumber reads a whole number in decimal. It refuses a leading zero, because YAML
// 1.1 takes such a number for octal and YAML 1.2 does not.
func WholeNumber(text string) (int64, bool) {
	digits := strings.TrimPrefix(text, "-")
	if digits != "0" && strings.HasPrefix(digits, "0") {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}

// contains is slices.Contains, and faster for the few values of a shape.
func contains(values []string, word string) bool {
	for _, v := range values {
		if v == word {
			return true
		}
	}
	return false
}
