package schema

import "strings"

// An unknownKey is a pair with a key that the section does not have.
type unknownKey struct {
	pair
	before pair   // the pair before it; of the first, that itself
	parent string // the key above it that is left empty, if any
}

// unknownKeys reports the keys of v that the section does not have, each cause
// once.
func (w *walker) unknownKeys(s *section, v *value, unknown []unknownKey, at place) {
	reported := map[string]bool{} // parents
	for _, u := range unknown {
		meant := w.meantKey(s, u)
		if k := s.key(meant); k == nil || !k.shape.takes(u.value) {
			if parent, hint := s.misplaced(u); parent != "" {
				if !reported[parent] {
					reported[parent] = true
					w.problems.add(w.source.pos(u.key), "%sunknown key %s; %s", at.in(), quote(u.key.text), hint)
				}
				continue
			}
		}
		if meant != "" && !contains(v.meant, meant) {
			v.meant = append(v.meant, meant)
		}
		w.problems.add(w.source.pos(u.key), "%sunknown key %s%s%s", at.in(), quote(u.key.text), oddities(u.key.text), w.keyHint(s, u, meant))
	}
}

// keyHint returns what the message about an unknown key ends in; meant is the
// key that it stands for, if any.
func (w *walker) keyHint(s *section, u unknownKey, meant string) string {
	name := u.key.text
	switch {
	case s.advice[name] != "":
		return "; " + s.advice[name]
	case meant != "" && contains(s.key(meant).shape.values, name):
		return didYouMean(meant + ": " + name)
	case meant != "":
		return didYouMean(meant)
	case s.owner(name) != "":
		return " (it is a key of " + s.owner(name) + ")"
	case u.value.kind == nullKind && u.before.key != u.key && u.before.value.line == u.key.line:
		return "; if the comma before it is part of a text, put that text in quotes"
	case oddities(name) != "":
		return ""
	}
	return w.suggest.hint(name, s.names())
}

// meantKey returns the key of the section that an unknown one stands for, or
// the empty string.
func (w *walker) meantKey(s *section, u unknownKey) string {
	name := strings.Trim(u.key.text, quoteLike)
	for _, k := range s.keys {
		if u.value.kind == nullKind && contains(k.shape.values, name) {
			return k.name // {string} is {type: string}
		}
	}
	switch {
	case s.advice[name] != "":
		return ""
	case s.also[name] != "":
		return s.also[name]
	}
	return w.suggest.nearest(name, s.names())
}

// owner says of what the section consists that has such a key, for messages:
// "references", a field; empty if there is no such part.
func (s *section) owner(name string) string {
	for _, k := range s.keys {
		sh, called := k.shape, quote(k.name)
		switch {
		case sh.form == mapForm:
			sh, called = sh.of, withArticle(sh.entry)
		case sh.form == listForm:
			sh = sh.of
		case sh.alt != nil && sh.alt.form == sectionForm:
			sh = sh.alt
		}
		if sh.form == sectionForm && sh.keys.key(name) != nil {
			return called
		}
	}
	return ""
}

// unknownText reports a text that is none of the values.
func (w *walker) unknownText(sh *shape, v *value, at place) {
	text := v.node.text
	hint := w.suggest.hintValue(sh, text)
	if words := strings.Fields(text); at.item && len(words) > 1 && sh.hasAll(words) {
		hint = "; put commas between them"
	}
	w.problems.add(v.pos, "%sunknown %s %s%s%s", at.in(), sh.noun, quote(text), oddities(text), hint)
}

// meantValue returns the value that a text stands for, with its suffix, or
// the empty string. A length in parentheses, as SQL has them, is not looked at.
func (s *suggester) meantValue(sh *shape, text string) string {
	bare, suffix := text, ""
	if sh.suffix != "" && strings.HasSuffix(text, sh.suffix) {
		bare, suffix = strings.TrimSuffix(text, sh.suffix), sh.suffix
	}
	name, _, _ := strings.Cut(strings.Trim(bare, quoteLike), "(")
	if meant := sh.also[strings.ToLower(name)]; meant != "" {
		return meant + suffix
	}
	if contains(sh.values, name) {
		return name + suffix
	}
	if meant := s.nearest(name, sh.values); meant != "" {
		return meant + suffix
	}
	return ""
}

// quoteLike are the quotes of word processors.
const quoteLike = "“”„‘’‚«»"

// oddities names characters in a word that look like others and are not.
func oddities(word string) string {
	switch {
	case strings.ContainsAny(word, quoteLike):
		return `; the quotes of YAML are " and '`
	case strings.ContainsAny(word, "\u00a0\u2007\u202f\u3000"):
		return "; it has a no-break space in it, which YAML takes for a letter"
	}
	return ""
}

// didYouMean returns ` (did you mean "user"?)`.
func didYouMean(word string) string { return " (did you mean " + quote(word) + "?)" }
