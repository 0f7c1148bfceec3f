package schema

import (
	"strconv"
	"strings"
)

// wrong reports a node of the wrong kind.
func (w *walker) wrong(sh *shape, n *node, at place) {
	pos := w.source.pos(n)
	if n.tagged {
		return // it may be of the right kind without its tag
	}
	if n.kind == nullKind {
		fix := ""
		if sh.form == anyForm && n.text != "" {
			fix = `; null is what a field with "nullable: true" has without one`
		}
		w.problems.add(pos, "%s has no value; it must be %s%s", at, sh.want(), fix)
		return
	}
	w.problems.add(pos, "%s must be %s, not %s%s", at, sh.want(), n.says(), w.fix(sh, n, at))
}

// fix says how a node of the wrong kind becomes one of the right, where that
// can be told.
func (w *walker) fix(sh *shape, n *node, at place) string {
	isText := n.kind == textKind
	switch {
	case sh.alt != nil && sh.alt.form == falseForm && isText:
		switch strings.ToLower(n.text) {
		case "no", "off", "n", "false", "none", "null":
			return "; write false, without quotes, to drop a preset's"
		}
	case sh.form == flagForm && isText:
		switch strings.ToLower(n.text) {
		case "yes", "on", "y", "true":
			return "; write true"
		case "no", "off", "n", "false":
			return "; write false"
		}
	case sh.form == textForm && (n.kind == numberKind || n.kind == boolKind) && len(sh.values) == 0:
		return "; put it in quotes if that is what you mean"
	case at.key == "pattern" && (n.kind == listKind || n.kind == mapKind):
		return "; put it in single quotes"
	case sh.alt != nil && sh.alt.form == falseForm && n.kind == boolKind:
		return "; false, for one that a preset has, is all that may stand here instead"
	case sh.form == numberForm && looksNumber.MatchString(n.text):
		return "; write it without quotes"
	case sh.form == listForm:
		return w.fixList(sh, n)
	case (sh.form == mapForm || sh.form == sectionForm) && isText && !n.quoted:
		if oddity := oddities(n.text); oddity != "" {
			return oddity
		}
		if key, _, ok := strings.Cut(n.text, ":"); ok && nameKey.MatchString(key) {
			return `; a space is missing after ":"`
		}
	}
	return ""
}

// fixList says how a node becomes a list of what it holds.
func (w *walker) fixList(sh *shape, n *node) string {
	var words []string
	switch n.kind {
	case textKind:
		if sh.alt != nil && w.suggest.similar(n.text, sh.alt.values) != "" {
			return "; write " + sh.alt.values[0]
		}
		words = strings.Split(n.text, ",")
		if each := strings.Fields(n.text); sh.of.hasAll(each) {
			words = each
		}
	case mapKind:
		if sh.of.takes(n) {
			return "; put it in brackets"
		}
		for _, p := range n.pairs {
			words = append(words, p.key.text)
		}
	}
	if len(words) == 0 || len(words) > maxListed || sh.of.form != textForm {
		return ""
	}
	for i, word := range words {
		words[i] = strings.TrimSpace(word)
		if len(sh.of.values) == 0 || contains(sh.of.values, words[i]) {
			continue
		}
		if words[i] = w.suggest.meantValue(sh.of, words[i]); words[i] == "" {
			return "; valid are " + listed(quoted(sh.of.values), "and")
		}
	}
	return "; write [" + cut(strings.Join(words, ", ")) + "]"
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
		own = "a mapping from names to " + sh.entry + "s, such as " + sh.example
	case sectionForm:
		own = "a mapping"
		if sh.keys.example != "" {
			own += ", such as " + sh.keys.example
		}
	}
	switch {
	case sh.alt == nil, sh.alt.form == falseForm: // of which only those with something to undo want to know
		return own
	case sh.alt == shortType:
		return "a type, such as string, or a mapping, such as " + sh.keys.example
	case sh.alt.form == sectionForm:
		return "the name of a table or " + sh.alt.want()
	}
	return own + " or " + sh.alt.want()
}
