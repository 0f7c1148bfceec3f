package grammar

import (
	"strings"

	"github.com/authgen/authgen/gen/schema/internal/wording"
	"github.com/authgen/authgen/gen/schema/internal/yamltree"
)

// An unknownKey is a pair with a key that the section does not have.
type unknownKey struct {
	yamltree.Pair
	before yamltree.Pair // the pair before it, or itself if it is the first
	parent string        // the empty key above it that it may belong to, if any
}

// unknownKeys reports the keys of v that the section does not have. Keys that are not
// indented deeply enough have one cause and make one message.
func (w *walker) unknownKeys(s *Section, v *Value, unknown []unknownKey, at place) {
	reported := map[string]bool{} // parents
	for _, u := range unknown {
		meant := w.meantKey(s, u)
		if k := s.Key(meant); k == nil || !k.Shape.Takes(u.Value) {
			if parent, hint := s.misplaced(u); parent != "" {
				if !reported[parent] {
					reported[parent] = true
					w.problems.Add(w.source.Pos(u.Key), "%sunknown key %s; %s", at.in(), wording.Quote(u.Key.Text), hint)
				}
				continue
			}
		}
		if meant != "" && !contains(v.Meant, meant) {
			v.Meant = append(v.Meant, meant)
		}
		w.problems.Add(w.source.Pos(u.Key), "%sunknown key %s%s%s", at.in(), wording.Quote(u.Key.Text), oddities(u.Key.Text), w.keyHint(s, u, meant))
	}
}

// keyHint returns what the message about an unknown key ends in. Meant is the key that
// it stands for, if that is known.
func (w *walker) keyHint(s *Section, u unknownKey, meant string) string {
	name := u.Key.Text
	switch {
	case s.Advice[name] != "":
		return "; " + s.Advice[name]
	case meant != "" && contains(s.Key(meant).Shape.Values, name):
		return DidYouMean(meant + ": " + name)
	case meant != "":
		return DidYouMean(meant)
	case s.owner(name) != "":
		return " (it is a key of " + s.owner(name) + ")"
	case u.Value.Kind == yamltree.Null && u.before.Key != u.Key && u.before.Value.Line == u.Key.Line:
		return "; if the comma before it is part of a text, put that text in quotes"
	case oddities(name) != "":
		return ""
	}
	return w.suggest.Hint(name, s.names())
}

// meantKey returns the key of the section that an unknown one stands for, or
// the empty string.
func (w *walker) meantKey(s *Section, u unknownKey) string {
	name := strings.Trim(u.Key.Text, quoteLike)
	for _, k := range s.Keys {
		if u.Value.Kind == yamltree.Null && contains(k.Shape.Values, name) {
			return k.Name // {string} is {type: string}
		}
	}
	switch {
	case s.Advice[name] != "":
		return ""
	case s.Also[name] != "":
		return s.Also[name]
	}
	return w.suggest.nearest(name, s.names())
}

// owner returns what messages call the part of the section that has such a key, such as
// `"references"` or `a field`; empty if no part has it.
func (s *Section) owner(name string) string {
	for _, k := range s.Keys {
		sh, called := k.Shape, wording.Quote(k.Name)
		switch {
		case sh.Form == MapForm:
			sh, called = sh.Of, wording.WithArticle(sh.Entry)
		case sh.Form == ListForm:
			sh = sh.Of
		case sh.Alt != nil && sh.Alt.Form == SectionForm:
			sh = sh.Alt
		}
		if sh.Form == SectionForm && sh.Keys.Key(name) != nil {
			return called
		}
	}
	return ""
}

// unknownText reports a text that is not one of the values.
func (w *walker) unknownText(sh *Shape, v *Value, at place) {
	text := v.Node.Text
	hint := w.suggest.hintValue(sh, text)
	if words := strings.Fields(text); at.item && len(words) > 1 && sh.hasAll(words) {
		hint = "; put commas between them"
	}
	w.problems.Add(v.Pos, "%sunknown %s %s%s%s", at.in(), sh.Noun, wording.Quote(text), oddities(text), hint)
}
