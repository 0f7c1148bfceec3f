package schema

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"unicode/utf8"
)

// A fieldDecl is a Field and what was written of it.
type fieldDecl struct {
	*Field
	name   string // user.email
	val    *value
	table  *tableDecl
	broken bool // its type is not known; what depends on it is not checked
	typing int8 // 1 while its type is looked up, 2 after
}

// field makes a Field of an entry.
func (b *builder) field(t *tableDecl, e entry) {
	v := expandShort(e.val)
	f := &Field{
		Key: e.key, Type: Type(v.text("type")), Doc: e.docOf(), Preset: e.preset,
		Nullable: v.flag("nullable"), Unique: v.flag("unique"), Index: v.flag("index"),
		Immutable: v.flag("immutable"), Secret: v.flag("secret"), OnUpdateNow: v.text("onUpdate") == "now",
		Millis:  v.textOr("times", t.val.text("times")) == "integer",
		Pattern: v.text("pattern"), Column: v.text("column"), GoName: v.text("goName"), GoType: v.text("goType"),
		Pos: e.pos, ColumnPos: v.posOr("column", e.pos), GoNamePos: v.posOr("goName", e.pos), GoTypePos: v.posOr("goType", e.pos),
	}
	for _, item := range v.all("enum") {
		f.Enum = append(f.Enum, item.node.text)
	}
	if m := v.get("maxLength"); m != nil {
		n, _ := wholeNumber(m.node.text)
		f.MaxLength = int(n)
	}
	d := &fieldDecl{Field: f, name: fieldName(t.Key, e.key), val: v, table: t, broken: v.broken}
	if f.Type == "" && v.get("references") == nil {
		d.broken = true
		if !v.broken && !v.wrote("type") && !v.wrote("references") {
			b.problems.add(e.pos, `%s: missing key "type"; give the field a type, such as string, or let it reference a table`, d.name)
		}
	}
	b.fields[f] = d
	t.fields[e.key] = f
	t.decls = append(t.decls, d)
	t.Fields = append(t.Fields, f)
}

// checkFields checks what is written of each field against its type.
func (b *builder) checkFields(t *tableDecl) {
	for _, d := range t.decls {
		if d.broken {
			d.Type = String // a valid one, for whoever goes on with a schema that has problems
			continue
		}
		b.checkKeys(d)
		b.checkConflicts(d)
		matches := b.checkPattern(d)
		b.checkEnum(d, matches)
		b.setDefault(d, matches)
	}
}

// keyTypes says to which types a key of a field belongs.
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

// checkKeys refuses keys that say nothing about a value of the field's type.
func (b *builder) checkKeys(d *fieldDecl) {
	for _, k := range keyTypes {
		if !d.has(k.key) || slices.Contains(k.types, d.Type) {
			continue
		}
		if len(k.types) > 3 {
			b.problems.add(d.val.get(k.key).pos, "%s: a field of type %s cannot have %s; its values do not compare", d.name, d.Type, quote(k.key))
			continue
		}
		b.problems.add(d.val.get(k.key).pos, "%s: %s is for fields of type %s, not %s", d.name, quote(k.key), listed(typeList(k.types), "and"), d.Type)
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
	v := d.val.get(key)
	return v != nil && (v.node.kind != boolKind || v.node.isTrue())
}

// conflicts are pairs of keys that contradict each other. The first is the
// one that a message points at.
var conflicts = []struct{ key, other, why string }{
	{"onUpdate", "immutable", "an immutable field never changes"},
	{"times", "goType", "the type that it names says how it is stored"},
	{"default", "secret", "a secret that stands in a file is none"},
	{"enum", "secret", "a secret that is one of a few is none"},
	{"goType", "secret", "a secret has a type of its own, which does not print"},
	{"enum", "references", "its values are those of the field it references"},
	{"maxLength", "references", "its values are those of the field it references"},
	{"pattern", "references", "its values are those of the field it references"},
	{"secret", "references", "the field it references prints"},
}

// checkConflicts refuses keys that contradict each other.
func (b *builder) checkConflicts(d *fieldDecl) {
	for _, c := range conflicts {
		if d.has(c.key) && d.has(c.other) {
			b.problems.add(d.val.get(c.key).pos, "%s: %s and %s exclude each other: %s", d.name, quote(c.key), quote(c.other), c.why)
		}
	}
}

// checkPattern compiles the pattern and returns its test, which passes
// everything where there is none.
func (b *builder) checkPattern(d *fieldDecl) func(string) bool {
	anything := func(string) bool { return true }
	if d.Pattern == "" {
		return anything
	}
	pos := d.val.get("pattern").pos
	if len(d.Pattern) > maxPattern {
		b.problems.add(pos, `%s: "pattern" is longer than %d bytes`, d.name, maxPattern)
		return anything
	}
	re, err := regexp.Compile(d.Pattern)
	if err != nil {
		b.problems.add(pos, `%s: "pattern" is not a regular expression: %s`, d.name, patternComplaint(err))
		return anything
	}
	return re.MatchString
}

// patternComplaint says what keeps a pattern from being a regular expression.
func patternComplaint(err error) string {
	e, ok := errors.AsType[*syntax.Error](err)
	switch {
	case !ok:
		return cut(err.Error())
	case lookaround.MatchString(e.Expr):
		return quote(e.Expr) + " looks ahead or behind, which RE2 does not"
	}
	return e.Code.String() + " in " + quote(e.Expr)
}

// lookaround matches what other languages have and RE2 has not.
var lookaround = regexp.MustCompile(`^\(\?<?[=!]`)

// checkEnum holds the values of an enum against the field's other rules.
func (b *builder) checkEnum(d *fieldDecl, matches func(string) bool) {
	if d.Type != String {
		return // which is reported
	}
	for _, item := range d.val.all("enum") {
		text := item.node.text
		switch {
		case d.MaxLength > 0 && utf8.RuneCountInString(text) > d.MaxLength:
			b.problems.add(item.pos, `%s: the enum's value %s is longer than "maxLength", which is %d`, d.name, quote(text), d.MaxLength)
		case !matches(text):
			b.problems.add(item.pos, `%s: the enum's value %s does not match "pattern", which is %s`, d.name, quote(text), quote(d.Pattern))
		}
	}
}
