package schema

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"unicode/utf8"

	"github.com/authgen/authgen/gen/schema/internal/wording"
	"github.com/authgen/authgen/gen/schema/internal/yamltree"
)

// A fieldChecker compares the keys of fields with their types.
type fieldChecker struct{ *draft }

// check checks the fields of a table and sets their defaults.
func (c fieldChecker) check(t *tableDecl) {
	for _, d := range t.decls {
		if d.broken {
			d.Type = String // a type that exists, for the checks that follow
			continue
		}
		c.checkKeys(d)
		c.checkConflicts(d)
		matches := c.checkPattern(d)
		c.checkEnum(d, matches)
		c.setDefault(d, matches)
	}
}

// keyTypes lists keys of fields and the types that can have them.
var keyTypes = []struct {
	key   string
	types []Type
}{
	{"enum", []Type{String}},
	{"maxLength", []Type{String, Text}},
	{"pattern", []Type{String, Text}},
	{"secret", []Type{String, Text}},
	{"onUpdate", []Type{Time}},
	{"times", []Type{Time}},
	{"unique", []Type{String, Text, Int, Bigint, Float, Bool, Time, Bytes}},
	{"index", []Type{String, Text, Int, Bigint, Float, Bool, Time, Bytes}},
}

// checkKeys refuses keys that fields of this type cannot have.
func (c fieldChecker) checkKeys(d *fieldDecl) {
	for _, k := range keyTypes {
		if !d.has(k.key) || slices.Contains(k.types, d.Type) {
			continue
		}
		if len(k.types) > 3 {
			c.problems.Add(d.val.Get(k.key).Pos, "%s: a field of type %s cannot have %s, because its values cannot be compared", d.name, d.Type, wording.Quote(k.key))
			continue
		}
		c.problems.Add(d.val.Get(k.key).Pos, "%s: %s is for fields of type %s, not %s", d.name, wording.Quote(k.key), wording.Join(typeList(k.types), "and"), d.Type)
	}
}

func typeList(types []Type) []string {
	out := make([]string, len(types))
	for i, t := range types {
		out[i] = string(t)
	}
	return out
}

// has tells whether a key is given and is not false.
func (d *fieldDecl) has(key string) bool {
	v := d.val.Get(key)
	return v != nil && (v.Node.Kind != yamltree.Bool || v.Node.IsTrue())
}

// conflicts are pairs of keys that contradict each other. Messages point at the first of
// a pair.
var conflicts = []struct{ key, other, why string }{
	{"onUpdate", "immutable", "an immutable field never changes"},
	{"times", "goType", "the Go type decides how it is stored"},
	{"default", "secret", "a value that stands in this file is not secret"},
	{"enum", "secret", "one of a few known values is not secret"},
	{"goType", "secret", "a secret has a type of its own, which does not print"},
	{"enum", "references", "its values are those of the field that it references"},
	{"maxLength", "references", "its values are those of the field that it references"},
	{"pattern", "references", "its values are those of the field that it references"},
	{"secret", "references", "the field that it references is not secret"},
}

// checkConflicts refuses keys that contradict each other.
func (c fieldChecker) checkConflicts(d *fieldDecl) {
	for _, pair := range conflicts {
		if d.has(pair.key) && d.has(pair.other) {
			c.problems.Add(d.val.Get(pair.key).Pos, "%s: %s and %s exclude each other: %s", d.name, wording.Quote(pair.key), wording.Quote(pair.other), pair.why)
		}
	}
}

// checkPattern compiles the pattern and returns what matches it. Without a pattern
// everything does.
func (c fieldChecker) checkPattern(d *fieldDecl) func(string) bool {
	anything := func(string) bool { return true }
	if d.Pattern == "" {
		return anything
	}
	pos := d.val.Get("pattern").Pos
	if len(d.Pattern) > maxPattern {
		c.problems.Add(pos, `%s: "pattern" is longer than %d bytes; shorten it`, d.name, maxPattern)
		return anything
	}
	re, err := regexp.Compile(d.Pattern)
	if err != nil {
		c.problems.Add(pos, `%s: "pattern" is not a regular expression: %s`, d.name, patternComplaint(err))
		return anything
	}
	return re.MatchString
}

// patternComplaint says why a pattern is not a regular expression.
func patternComplaint(err error) string {
	e, ok := errors.AsType[*syntax.Error](err)
	switch {
	case !ok:
		return wording.Cut(err.Error())
	case lookaround.MatchString(e.Expr):
		return wording.Quote(e.Expr) + " looks ahead or behind, which RE2 cannot do"
	}
	return e.Code.String() + " in " + wording.Quote(e.Expr)
}

// lookaround matches groups that other regular expressions have and RE2 does not.
var lookaround = regexp.MustCompile(`^\(\?<?[=!]`)

// checkEnum checks the values of an enum by the other rules of the field.
func (c fieldChecker) checkEnum(d *fieldDecl, matches func(string) bool) {
	if d.Type != String {
		return // checkKeys reports it
	}
	for _, item := range d.val.All("enum") {
		text := item.Node.Text
		switch {
		case d.MaxLength > 0 && utf8.RuneCountInString(text) > d.MaxLength:
			c.problems.Add(item.Pos, `%s: the enum's value %s is longer than "maxLength", which is %d`, d.name, wording.Quote(text), d.MaxLength)
		case !matches(text):
			c.problems.Add(item.Pos, `%s: the enum's value %s does not match "pattern", which is %s`, d.name, wording.Quote(text), wording.Quote(d.Pattern))
		}
	}
}
