package model

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/authgen/authgen/gen/schema"
)

// checks returns the statements that hold the values of a field against its
// rules. What a type of the user's allows is for that type to say.
func (b *builder) checks(t *Table, f *Field) []Check {
	c := &checker{field: f, document: t.Var + "." + f.GoName, patch: "p." + f.GoName}
	switch {
	case f.source.GoType != "":
	case f.source.Type == schema.String || f.source.Type == schema.Text:
		c.text(b.isID(f.source, 0))
		c.length()
		for _, p := range t.Patterns {
			if p.Field == f.Key {
				c.pattern(p.Var)
			}
		}
	case f.source.Type == schema.Int:
		c.add("c.Int(%s, %s)", c.key(), value)
	case f.source.Type == schema.Bigint && b.isID(f.source, 0) && !f.Nullable:
		c.required(value.in(c.document, c)+" == 0", value.in(c.patch, c)+" == 0")
	case f.source.Type == schema.Float:
		c.add("c.Float(%s, %s)", c.key(), value)
	case f.source.Type == schema.Time:
		c.addVariant("c.%sTime(%s, &%s)", "Patch", "Null")
	case f.source.Type == schema.JSON:
		c.addVariant("c.%sJSON(%s, &%s)", "Patch", "Null")
	case f.source.Type == schema.Bytes, f.source.Type == schema.Ints:
		c.nonNil()
	case f.source.Type == schema.Strings:
		c.nonNil()
		c.add("c.Strings(%s, %s)", c.key(), value)
	}
	return c.list
}

// isID reports whether a field holds the id of a row, by way of however many
// references.
func (b *builder) isID(f *schema.Field, depth int) bool {
	r := f.References
	return r != nil && (r.Field == nil || depth < maxChain && b.isID(r.Field, depth+1))
}

// A checker makes the checks of a field.
type checker struct {
	field           *Field
	document, patch string // the field in either
	list            []Check
}

func (c *checker) key() string { return strconv.Quote(c.field.Key) }

// A reading is a way to read the value of a field.
type reading int

const (
	value reading = iota // or the zero value, for null and for what a patch leaves alone
	text                 // the same, as a string
)

// in returns the expression that reads a field of a document or patch.
func (r reading) in(at string, c *checker) string {
	expr := c.plain(at)
	if r == value {
		return expr
	}
	switch {
	case c.field.source.Secret:
		return expr + ".Reveal()"
	case c.field.Type.String() == "string":
		return expr
	}
	return "string(" + expr + ")"
}

func (c *checker) plain(at string) string {
	inPatch := at == c.patch
	switch {
	case c.field.Nullable && inPatch:
		return "runtime.Deref(" + at + ".Or(nil))"
	case c.field.Nullable:
		return "runtime.Deref(" + at + ")"
	case inPatch:
		return at + ".Or(" + c.zero() + ")"
	}
	return at
}

// zero returns the zero value of the field's type.
func (c *checker) zero() string {
	switch {
	case c.field.source.Secret:
		return "Secret{}"
	case c.field.Type.Prefix != "":
		return "nil"
	case c.field.source.Type == schema.String || c.field.source.Type == schema.Text:
		return `""`
	}
	return "0"
}

// present returns the condition that a field has a value, which a pattern
// needs to know: the empty text is one.
func (c *checker) present(at string) string {
	switch {
	case at == c.patch && c.field.Nullable:
		return at + ".Or(nil) != nil"
	case at == c.patch:
		return at + ".IsSet()"
	case c.field.Nullable:
		return at + " != nil"
	}
	return "true"
}

// add adds a check for document and patch alike. A reading among args becomes
// the expression that reads the one or the other.
func (c *checker) add(format string, args ...any) {
	c.list = append(c.list, c.both(func(at string) string {
		filled := make([]any, len(args))
		for i, a := range args {
			if r, ok := a.(reading); ok {
				a = r.in(at, c)
			}
			filled[i] = a
		}
		return fmt.Sprintf(format, filled...)
	}))
}

// both returns a check that is made alike for document and patch.
func (c *checker) both(statement func(at string) string) Check {
	check := Check{Document: statement(c.document)}
	if c.field.InPatch {
		check.Patch = statement(c.patch)
	}
	return check
}

// addVariant adds a check whose method has a name for patches and for null.
func (c *checker) addVariant(format, forPatch, forNull string) {
	null := ""
	if c.field.Nullable {
		null = forNull
	}
	c.list = append(c.list, c.both(func(at string) string {
		name := null
		if at == c.patch {
			name = forPatch + null
		}
		return fmt.Sprintf(format, name, c.key(), at)
	}))
}

// required adds the check that a value is not missing.
func (c *checker) required(document, patch string) {
	check := Check{Document: "c.Required(" + c.key() + ", " + document + ")"}
	if c.field.InPatch {
		check.Patch = "c.Required(" + c.key() + ", " + c.patch + ".IsSet() && " + patch + ")"
	}
	c.list = append(c.list, check)
}

// text adds the checks of text.
func (c *checker) text(isID bool) {
	f := c.field
	switch {
	case isEnum(f.source):
		c.enum()
		return
	case isID && !f.Nullable:
		check := Check{Document: "c.Key(" + c.key() + ", " + text.in(c.document, c) + ")"}
		if f.InPatch {
			check.Patch = "c.PatchKey(" + c.key() + ", " + c.patch + ".IsSet(), " + text.in(c.patch, c) + ")"
		}
		c.list = append(c.list, check)
		return
	case f.source.Secret && !f.Nullable:
		c.required(c.document+".IsZero()", c.patch+".Or(Secret{}).IsZero()")
	}
	if f.source.Secret {
		c.add("c.Secret(%s, %s)", c.key(), value)
		return
	}
	c.add("c.String(%s, %s)", c.key(), text)
}

// enum adds the check that a value is one of a few. Where there is none, the
// first of them stands in.
func (c *checker) enum() {
	values := make([]string, len(c.field.source.Enum))
	for i, v := range c.field.source.Enum {
		values[i] = strconv.Quote(v)
	}
	first := c.field.Type.Name + "(" + values[0] + ")"
	c.list = append(c.list, c.both(func(at string) string {
		expr := at
		if at == c.patch && c.field.Nullable {
			expr += ".Or(nil)"
		}
		if c.field.Nullable {
			expr = "runtime.DerefOr(" + expr + ", " + first + ")"
		} else if at == c.patch {
			expr += ".Or(" + values[0] + ")"
		}
		return "c.Enum(" + c.key() + ", string(" + expr + "), " + strings.Join(values, ", ") + ")"
	}))
}

func (c *checker) length() {
	if c.field.source.MaxLength > 0 {
		c.add("c.MaxLength(%s, %s, %d)", c.key(), text, c.field.source.MaxLength)
	}
}

func (c *checker) pattern(variable string) {
	c.list = append(c.list, c.both(func(at string) string {
		return "c.Pattern(" + c.key() + ", " + c.present(at) + ", " + text.in(at, c) + ", &" + variable + ")"
	}))
}

// nonNil adds what makes a nil slice an empty one, as which it is stored.
func (c *checker) nonNil() {
	c.list = append(c.list, c.both(func(at string) string {
		name := "NonNil"
		if at == c.patch {
			name += "Opt"
		}
		if c.field.Nullable {
			name += "Ptr"
		}
		return "runtime." + name + "(&" + at + ")"
	}))
}
