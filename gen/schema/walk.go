package schema

import (
	"strconv"
	"strings"
)

// A walker holds nodes against shapes. It reports what does not fit and
// returns the rest.
type walker struct {
	source   *source
	problems *problems
	suggest  *suggester
}

// A place names what a message is about.
type place struct {
	table string // key of the table that it is in
	name  string // `table "user"`, `user.email`; empty at the top
	key   string // the key there; empty: the place itself
	item  bool   // an entry of the list at the key
}

// String returns `table "user"` or `user.email: "type"`.
func (p place) String() string {
	switch {
	case p.key == "":
		return p.name
	case p.item:
		return p.in() + "an entry of " + quote(p.key)
	}
	return p.in() + quote(p.key)
}

// in returns the prefix of a message about a key at the place.
func (p place) in() string {
	if p.name == "" {
		return ""
	}
	return p.name + ": "
}

// inside returns the place that a section at p is.
func (p place) inside() place {
	switch {
	case p.key == "":
		return p
	case p.name == "":
		return place{table: p.table, name: p.key}
	}
	return place{table: p.table, name: p.name + ": " + p.key}
}

// fieldName returns user.email, quoted where it is not a name.
func fieldName(table, field string) string {
	if nameKey.MatchString(table) && nameKey.MatchString(field) {
		return table + "." + field
	}
	return quote(table + "." + field)
}

// walk returns n as a value of the shape, or nil where it is none.
func (w *walker) walk(sh *shape, n *node, at place) *value {
	if sh.alt != nil && sh.alt.takes(n) {
		if sh.form == listForm && !contains(sh.alt.values, n.text) {
			w.wrong(sh, n, at)
			return nil
		}
		sh = sh.alt
	}
	if !sh.takes(n) {
		w.wrong(sh, n, at)
		return nil
	}
	v := &value{node: n, pos: w.source.pos(n)}
	switch sh.form {
	case textForm:
		return w.text(sh, v, at)
	case numberForm:
		return w.number(sh, v, at)
	case listForm:
		w.list(sh, v, at)
	case mapForm:
		w.entries(sh, v, at)
	case sectionForm:
		w.section(sh.keys, v, at.inside())
	}
	return v
}

// takes tells whether a node is of the right kind. A mapping may be left
// empty: "post:" is a table without fields.
func (sh *shape) takes(n *node) bool {
	switch sh.form {
	case textForm:
		return n.kind == textKind
	case flagForm:
		return n.kind == boolKind
	case falseForm:
		return n.kind == boolKind && !n.isTrue()
	case numberForm:
		return n.kind == numberKind
	case anyForm:
		return n.kind != nullKind
	case listForm:
		return n.kind == listKind
	case mapForm:
		return n.kind == mapKind || n.kind == nullKind
	}
	return n.kind == mapKind || n.kind == nullKind && sh.alt == nil && sh.keys.mayBeEmpty()
}

// mayBeEmpty tells whether nothing in the section is required.
func (s *section) mayBeEmpty() bool {
	for _, k := range s.keys {
		if k.required {
			return false
		}
	}
	return true
}

// text checks a text: its values, its rule.
func (w *walker) text(sh *shape, v *value, at place) *value {
	text := v.node.text
	switch {
	case len(sh.values) > 0 || sh.noun != "":
		bare := strings.TrimSuffix(text, sh.suffix)
		if !contains(sh.values, bare) {
			w.unknownText(sh, v, at)
			return nil
		}
	case sh.rule != nil && !sh.rule.re.MatchString(text):
		w.problems.add(v.pos, "%s must be %s", at, sh.rule.want)
		return nil
	}
	return v
}

// number checks a whole number.
func (w *walker) number(sh *shape, v *value, at place) *value {
	n, ok := wholeNumber(v.node.text)
	switch {
	case sh.least == sh.most && (!ok || n != int64(sh.least)):
		w.problems.add(v.pos, "%s must be %d, which is all that this authgen reads, not %s", at, sh.least, cut(v.node.text))
	case !ok:
		w.problems.add(v.pos, "%s must be a whole number, not %s", at, cut(v.node.text))
	case n < int64(sh.least):
		w.problems.add(v.pos, "%s must be at least %d, not %d", at, sh.least, n)
	case sh.most > 0 && n > int64(sh.most):
		w.problems.add(v.pos, "%s must be at most %d, not %d", at, sh.most, n)
	default:
		return v
	}
	return nil
}

// wholeNumber reads a decimal number. Anything with a leading zero is none:
// YAML 1.1 reads it as octal, YAML 1.2 does not.
func wholeNumber(text string) (int64, bool) {
	digits := strings.TrimPrefix(text, "-")
	if digits != "0" && strings.HasPrefix(digits, "0") {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}

// contains is slices.Contains for the handful of values of a shape.
func contains(values []string, word string) bool {
	for _, v := range values {
		if v == word {
			return true
		}
	}
	return false
}
