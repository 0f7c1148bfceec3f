package schema

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/authgen/authgen/gen/schema/internal/grammar"
	"github.com/authgen/authgen/gen/schema/internal/wording"
	"github.com/authgen/authgen/gen/schema/internal/yamltree"
)

// setDefault reads the default of a field as a value of its type. A field that every
// update sets to the clock has the clock as its default too (semantics, C1).
func (c fieldChecker) setDefault(d *fieldDecl, matches func(string) bool) {
	v := d.val.Get("default")
	if v == nil {
		if d.OnUpdateNow && d.Type == Time && !d.Nullable && !d.val.Wrote("default") {
			d.Default = &Default{Now: true, Pos: d.val.Get("onUpdate").Pos}
		}
		return
	}
	if d.isNow(v.Node) {
		if d.Type == Time {
			d.Default = &Default{Now: true, Pos: v.Pos}
			return
		}
		fix := ""
		if d.Type == String || d.Type == Text {
			fix = `; for the text, write "now" in quotes`
		}
		c.problems.Add(v.Pos, "%s: the default now is for fields of type time, and this one is of type %s%s", d.name, d.Type, fix)
		return
	}
	literal, complaint := d.literal(v.Node, matches)
	if complaint != "" {
		c.problems.Add(v.Pos, "%s: %s", d.name, complaint)
		return
	}
	d.Default = &Default{Value: literal, Pos: v.Pos}
}

// isNow tells whether a default means the clock, and not the text "now".
func (d *fieldDecl) isNow(n *yamltree.Node) bool {
	if n.Kind != yamltree.Text || n.Text != "now" || slices.Contains(d.Enum, "now") {
		return false
	}
	return !n.Quoted || d.Type == Time
}

// literal returns a default as a Go value of the type that Default.Value lists, or what
// is wrong with it.
func (d *fieldDecl) literal(n *yamltree.Node, matches func(string) bool) (any, string) {
	switch d.Type {
	case String, Text:
		return n.Text, d.textComplaint(n, matches)
	case Int, Bigint:
		return d.integer(n)
	case Float:
		f, err := strconv.ParseFloat(n.Text, 64)
		if n.Kind != yamltree.Number || err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			return nil, "the default of a float must be a finite number, not " + n.Says()
		}
		return f, ""
	case Bool:
		if n.Kind != yamltree.Bool {
			return nil, "the default of a bool must be true or false, not " + n.Says()
		}
		return n.IsTrue(), ""
	case Strings, Ints:
		return d.array(n)
	case JSON:
		var out bytes.Buffer
		if complaint := writeJSON(&out, n); complaint != "" {
			return nil, complaint
		}
		if n.Depth() > deepestJSON {
			return nil, "the default is JSON with more than " + strconv.Itoa(deepestJSON) + " levels, which MariaDB cannot store"
		}
		return json.RawMessage(out.Bytes()), ""
	case Time:
		return nil, "the only default of a time is now, not " + n.Says()
	}
	return nil, "a field of type " + string(d.Type) + " cannot have a default"
}

// textComplaint says what is wrong with the default of a string or text, or nothing.
func (d *fieldDecl) textComplaint(n *yamltree.Node, matches func(string) bool) string {
	switch {
	case n.Kind == yamltree.Number || n.Kind == yamltree.Bool:
		return "the default of " + d.Type.article() + " must be text, not " + n.Says() + "; put it in quotes"
	case n.Kind != yamltree.Text:
		return "the default of " + d.Type.article() + " must be text, not " + n.Says()
	case strayText(n.Text) != "":
		return strayText(n.Text)
	case d.Enum != nil && !slices.Contains(d.Enum, n.Text):
		return "the default " + wording.Quote(n.Text) + " is not one of the enum's values, " + wording.Cut(wording.Join(d.Enum, "and"))
	case d.MaxLength > 0 && utf8.RuneCountInString(n.Text) > d.MaxLength:
		return "the default " + wording.Quote(n.Text) + ` is longer than "maxLength", which is ` + strconv.Itoa(d.MaxLength)
	case !matches(n.Text):
		return "the default " + wording.Quote(n.Text) + ` does not match "pattern", which is ` + wording.Quote(d.Pattern)
	}
	return ""
}

// strayText says which character a default may not have, or nothing. Postgres stores
// "\0" neither in text nor in JSON.
func strayText(text string) string {
	if strings.IndexByte(text, 0) >= 0 {
		return `the default contains a NUL character ("\0"), which Postgres cannot store; remove it`
	}
	if i := strings.IndexFunc(text, wording.IsMisleading); i >= 0 {
		r, _ := utf8.DecodeRuneInString(text[i:])
		return "the default contains an invisible character (" + wording.CodePoint(r) + "); remove it"
	}
	return ""
}

// deepestJSON is how many levels of JSON MariaDB takes.
const deepestJSON = 31

// integer reads a whole number that fits the type.
func (d *fieldDecl) integer(n *yamltree.Node) (any, string) {
	i, ok := grammar.WholeNumber(n.Text)
	switch {
	case n.Kind != yamltree.Number:
		return nil, "the default of " + d.Type.article() + " must be a whole number, not " + n.Says()
	case !ok:
		return nil, "the default of " + d.Type.article() + " must be a whole number of 64 bits, written in decimal, not " + wording.Cut(n.Text)
	case d.Type == Int && i != int64(int32(i)):
		return nil, "the default " + n.Text + " does not fit the 32 bits of an int; make the type bigint"
	}
	return i, ""
}

// array reads the default of a string[] or int[].
func (d *fieldDecl) array(n *yamltree.Node) (any, string) {
	if n.Kind != yamltree.List {
		return nil, "the default of " + d.Type.article() + " must be a list, not " + n.Says()
	}
	texts, ints := []string{}, []int64{}
	for _, item := range n.Items {
		i, whole := grammar.WholeNumber(item.Text)
		switch {
		case d.Type == Strings && item.Kind == yamltree.Text && strayText(item.Text) != "":
			return nil, strayText(item.Text)
		case d.Type == Strings && item.Kind == yamltree.Text:
			texts = append(texts, item.Text)
		case d.Type == Ints && item.Kind == yamltree.Number && whole:
			ints = append(ints, i)
		case d.Type == Strings:
			return nil, "the default of a string[] must be a list of texts; " + item.Says() + " is not one"
		default:
			return nil, "the default of an int[] must be a list of whole numbers; " + item.Says() + " is not one"
		}
	}
	if d.Type == Strings {
		return texts, ""
	}
	return ints, ""
}

// writeJSON writes a node as JSON, or says why JSON cannot hold it.
func writeJSON(out *bytes.Buffer, n *yamltree.Node) string {
	switch n.Kind {
	case yamltree.Null:
		out.WriteString("null")
	case yamltree.Bool:
		out.WriteString(strings.ToLower(n.Text))
	case yamltree.Number:
		if !json.Valid([]byte(n.Text)) {
			return "the default is JSON, which cannot hold the number " + wording.Cut(n.Text)
		}
		if _, err := strconv.ParseFloat(n.Text, 64); err != nil {
			return "the default is JSON with a number outside of the range of a 64-bit float, which not every database can store"
		}
		out.WriteString(n.Text)
	case yamltree.Text:
		if complaint := strayText(n.Text); complaint != "" {
			return complaint
		}
		text, _ := json.Marshal(n.Text) // a string always marshals
		out.Write(text)
	case yamltree.List:
		return writeJSONList(out, n)
	case yamltree.Map:
		return writeJSONObject(out, n)
	}
	return ""
}

func writeJSONList(out *bytes.Buffer, n *yamltree.Node) string {
	out.WriteByte('[')
	for i, item := range n.Items {
		if i > 0 {
			out.WriteByte(',')
		}
		if complaint := writeJSON(out, item); complaint != "" {
			return complaint
		}
	}
	out.WriteByte(']')
	return ""
}

func writeJSONObject(out *bytes.Buffer, n *yamltree.Node) string {
	out.WriteByte('{')
	for i, p := range n.Pairs {
		switch {
		case p.Key.Kind == yamltree.List || p.Key.Kind == yamltree.Map:
			return "the default is JSON, in which a key is text, not " + p.Key.Says()
		case p.First != nil:
			return "the default gives the key " + wording.Quote(p.Key.Text) + " twice"
		case strayText(p.Key.Text) != "":
			return strayText(p.Key.Text)
		}
		if i > 0 {
			out.WriteByte(',')
		}
		key, _ := json.Marshal(p.Key.Text) // a string always marshals
		out.Write(append(key, ':'))
		if complaint := writeJSON(out, p.Value); complaint != "" {
			return complaint
		}
	}
	out.WriteByte('}')
	return ""
}

// article returns the type with its article, such as "a string" or "an int".
func (t Type) article() string { return wording.WithArticle(string(t)) }
