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

// wrong reports a node of the wrong kind.
func (w *walker) wrong(sh *shape, n *node, at place) {
	pos := w.source.pos(n)
	if n.kind == nullKind {
		w.problems.add(pos, "%s has no value; it must be %s", at, sh.want())
		return
	}
	fix := ""
	switch {
	case sh.form == flagForm && n.kind == textKind:
		switch strings.ToLower(n.text) {
		case "yes", "on", "y", "true":
			fix = "; write true"
		case "no", "off", "n", "false":
			fix = "; write false"
		}
	case sh.form == textForm && (n.kind == numberKind || n.kind == boolKind) && len(sh.values) == 0:
		fix = "; put it in quotes if that is what you mean"
	case sh.form == numberForm && looksNumber.MatchString(n.text):
		fix = "; write it without quotes"
	case sh.form == listForm && sh.of.takes(n):
		fix = "; put it in brackets"
		if n.kind == textKind && (len(sh.of.values) == 0 || contains(sh.of.values, n.text)) {
			fix = "; write [" + cut(n.text) + "]"
		}
	}
	w.problems.add(pos, "%s must be %s, not %s%s", at, sh.want(), n.says(), fix)
}

// want says what a value of the shape is, for messages.
func (sh *shape) want() string {
	own := ""
	switch sh.form {
	case textForm:
		switch {
		case len(sh.values) > 0 && len(sh.values) <= maxListed:
			own = listed(sh.values, "or")
		case sh.rule != nil && sh.rule != printable && sh.rule != prose:
			own = sh.rule.want
		default:
			own = "text"
		}
	case flagForm:
		own = "true or false"
	case numberForm:
		own = "a whole number"
		if sh.least == sh.most {
			own = strconv.Itoa(sh.least)
		}
	case anyForm:
		own = "a literal"
	case listForm:
		own = "a list"
	case mapForm:
		own = "a mapping from names to " + sh.entry + "s"
	case sectionForm:
		own = "a mapping"
		if len(sh.keys.keys) <= 4 {
			own = "a mapping with " + listed(sh.keys.names(), "and")
		}
	}
	switch {
	case sh.alt == nil:
		return own
	case sh.alt == shortType:
		return "a type or a mapping"
	case sh.alt.form == sectionForm:
		return "the name of a table or " + sh.alt.want()
	}
	return own + " or " + sh.alt.want()
}

// text checks a text: its values, its rule.
func (w *walker) text(sh *shape, v *value, at place) *value {
	text := v.node.text
	switch {
	case len(sh.values) > 0 || sh.noun != "":
		bare := strings.TrimSuffix(text, sh.suffix)
		if !contains(sh.values, bare) {
			w.unknown(sh, v, at.in())
			return nil
		}
	case sh.rule != nil && !sh.rule.re.MatchString(text):
		w.problems.add(v.pos, "%s must be %s", at, sh.rule.want)
		return nil
	}
	return v
}

// unknown reports a text that is none of the values.
func (w *walker) unknown(sh *shape, v *value, in string) {
	text := v.node.text
	bare := strings.TrimSuffix(text, sh.suffix)
	if meant := sh.also[strings.ToLower(bare)]; meant != "" {
		hint := quote(meant + strings.TrimPrefix(text, bare))
		w.problems.add(v.pos, "%sunknown %s %s (did you mean %s?)", in, sh.noun, quote(text), hint)
		return
	}
	if near := w.suggest.nearest(bare, sh.values); near != "" && bare != text {
		w.problems.add(v.pos, "%sunknown %s %s (did you mean %s?)", in, sh.noun, quote(text), quote(near+sh.suffix))
		return
	}
	w.problems.add(v.pos, "%sunknown %s %s%s", in, sh.noun, quote(text), w.suggest.hint(bare, sh.values))
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
