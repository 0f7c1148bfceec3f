package grammar

import (
	"strconv"
	"strings"

	"github.com/authgen/authgen/gen/schema/internal/wording"
	"github.com/authgen/authgen/gen/schema/internal/yamltree"
)

// wrong reports a node of the wrong kind.
func (w *walker) wrong(sh *Shape, n *yamltree.Node, at place) {
	pos := w.source.Pos(n)
	if n.Tagged {
		return // without its tag, which is reported, it may be of the right kind
	}
	if n.Kind == yamltree.Null {
		fix := ""
		if sh.Form == AnyForm && n.Text != "" {
			fix = `; null is what a field with "nullable: true" has without one`
		}
		w.problems.Add(pos, "%s has no value; it must be %s%s", at, sh.want(), fix)
		return
	}
	w.problems.Add(pos, "%s must be %s, not %s%s", at, sh.want(), n.Says(), w.fix(sh, n, at))
}

// fix says how to turn a node of the wrong kind into the right one, if it can.
func (w *walker) fix(sh *Shape, n *yamltree.Node, at place) string {
	isText := n.Kind == yamltree.Text
	switch {
	case sh.Alt != nil && sh.Alt.Form == FalseForm && isText:
		switch strings.ToLower(n.Text) {
		case "no", "off", "n", "false", "none", "null":
			return "; write false, without quotes, to drop a preset's"
		}
	case sh.Form == FlagForm && isText:
		switch strings.ToLower(n.Text) {
		case "yes", "on", "y", "true":
			return "; write true"
		case "no", "off", "n", "false":
			return "; write false"
		}
	case sh.Form == TextForm && (n.Kind == yamltree.Number || n.Kind == yamltree.Bool) && len(sh.Values) == 0:
		return "; put it in quotes if that is what you mean"
	case sh.Code && (n.Kind == yamltree.List || n.Kind == yamltree.Map):
		return "; put it in single quotes"
	case sh.Alt != nil && sh.Alt.Form == FalseForm && n.Kind == yamltree.Bool:
		return "; the only other value is false, which drops what a preset has"
	case sh.Form == NumberForm && yamltree.LooksLikeNumber(n.Text):
		return "; write it without quotes"
	case sh.Form == ListForm:
		return w.fixList(sh, n)
	case (sh.Form == MapForm || sh.Form == SectionForm) && isText && !n.Quoted:
		if oddity := oddities(n.Text); oddity != "" {
			return oddity
		}
		if key, _, ok := strings.Cut(n.Text, ":"); ok && NameKey.MatchString(key) {
			return `; a space is missing after ":"`
		}
	}
	return ""
}

// fixList says how to turn a node into a list.
func (w *walker) fixList(sh *Shape, n *yamltree.Node) string {
	var words []string
	switch n.Kind {
	case yamltree.Text:
		if sh.Alt != nil && w.suggest.Similar(n.Text, sh.Alt.Values) != "" {
			return "; write " + sh.Alt.Values[0]
		}
		words = strings.Split(n.Text, ",")
		if each := strings.Fields(n.Text); sh.Of.hasAll(each) {
			words = each
		}
	case yamltree.Map:
		if sh.Of.Takes(n) {
			return "; put it in brackets"
		}
		for _, p := range n.Pairs {
			words = append(words, p.Key.Text)
		}
	}
	if len(words) == 0 || len(words) > maxListed || sh.Of.Form != TextForm {
		return ""
	}
	for i, word := range words {
		words[i] = strings.TrimSpace(word)
		if len(sh.Of.Values) == 0 || contains(sh.Of.Values, words[i]) {
			continue
		}
		if words[i] = w.suggest.meantValue(sh.Of, words[i]); words[i] == "" {
			return "; valid are " + wording.Join(wording.QuoteAll(sh.Of.Values), "and")
		}
	}
	return "; write [" + wording.Cut(strings.Join(words, ", ")) + "]"
}

// want says for messages what a value of the shape must be.
func (sh *Shape) want() string {
	if sh.Says != "" {
		return sh.Says
	}
	own := ""
	switch sh.Form {
	case TextForm:
		switch {
		case len(sh.Values) > 0 && len(sh.Values) <= maxListed:
			own = wording.Join(sh.Values, "or")
		case sh.Rule != nil && !sh.Rule.Any:
			own = sh.Rule.Want
		default:
			own = "text"
		}
	case FlagForm:
		own = "true or false"
	case NumberForm:
		own = "a whole number"
		if sh.Least == sh.Most {
			own = strconv.Itoa(sh.Least)
		}
	case AnyForm:
		own = "a literal"
	case ListForm:
		own = "a list"
	case MapForm:
		own = "a mapping from names to " + sh.Entry + "s, such as " + sh.Example
	case SectionForm:
		own = "a mapping"
		if sh.Keys.Example != "" {
			own += ", such as " + sh.Keys.Example
		}
	}
	switch {
	case sh.Alt == nil, sh.Alt.Form == FalseForm: // false is for presets, and a message about it would confuse all others
		return own
	}
	return own + " or " + sh.Alt.want()
}
