package schema

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// setDefault reads the default of a field as a value of its type. A field
// that every update sets to the time starts out with it (semantics, C1).
func (b *builder) setDefault(d *fieldDecl, matches func(string) bool) {
	v := d.val.get("default")
	if v == nil {
		if d.OnUpdateNow && d.Type == Time && !d.Nullable && !d.val.wrote("default") {
			d.Default = &Default{Now: true, Pos: d.val.get("onUpdate").pos}
		}
		return
	}
	if d.isNow(v.node) {
		if d.Type == Time {
			d.Default = &Default{Now: true, Pos: v.pos}
			return
		}
		fix := ""
		if d.Type == String || d.Type == Text {
			fix = `; for the text, write "now" in quotes`
		}
		b.problems.add(v.pos, "%s: the default now is for fields of type time, not %s%s", d.name, d.Type, fix)
		return
	}
	literal, complaint := d.literal(v.node, matches)
	if complaint != "" {
		b.problems.add(v.pos, "%s: %s", d.name, complaint)
		return
	}
	d.Default = &Default{Value: literal, Pos: v.pos}
}

// isNow tells whether a default is the clock and not a text.
func (d *fieldDecl) isNow(n *node) bool {
	if n.kind != textKind || n.text != "now" || slices.Contains(d.Enum, "now") {
		return false
	}
	return !n.quoted || d.Type == Time
}

// literal returns a default as Default.Value wants it, or what is wrong with it.
func (d *fieldDecl) literal(n *node, matches func(string) bool) (any, string) {
	switch d.Type {
	case String, Text:
		return n.text, d.textComplaint(n, matches)
	case Int, Bigint:
		return d.integer(n)
	case Float:
		f, err := strconv.ParseFloat(n.text, 64)
		if n.kind != numberKind || err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			return nil, "the default of a float must be a number, not " + n.says()
		}
		return f, ""
	case Bool:
		if n.kind != boolKind {
			return nil, "the default of a bool must be true or false, not " + n.says()
		}
		return n.isTrue(), ""
	case Strings, Ints:
		return d.array(n)
	case JSON:
		var out bytes.Buffer
		if complaint := writeJSON(&out, n); complaint != "" {
			return nil, complaint
		}
		if n.depth() > deepestJSON {
			return nil, "the default is JSON that is nested deeper than " + strconv.Itoa(deepestJSON) + ", which not every database stores"
		}
		return json.RawMessage(out.Bytes()), ""
	case Time:
		return nil, "the only default of a time is now, not " + n.says()
	}
	return nil, "a field of type " + string(d.Type) + " cannot have a default"
}

// textComplaint says what is wrong with the default of a string or text.
func (d *fieldDecl) textComplaint(n *node, matches func(string) bool) string {
	switch {
	case n.kind == numberKind || n.kind == boolKind:
		return "the default of " + d.Type.article() + " must be text, not " + n.says() + "; put it in quotes"
	case n.kind != textKind:
		return "the default of " + d.Type.article() + " must be text, not " + n.says()
	case strayText(n.text) != "":
		return strayText(n.text)
	case d.Enum != nil && !slices.Contains(d.Enum, n.text):
		return "the default " + quote(n.text) + " is none of the enum's values, " + cut(listed(d.Enum, "and"))
	case d.MaxLength > 0 && utf8.RuneCountInString(n.text) > d.MaxLength:
		return "the default " + quote(n.text) + ` is longer than "maxLength", which is ` + strconv.Itoa(d.MaxLength)
	case !matches(n.text):
		return "the default " + quote(n.text) + ` does not match "pattern", which is ` + quote(d.Pattern)
	}
	return ""
}

// strayText says what is wrong with a text of a default. Postgres takes "\0"
// neither in text nor in JSON.
func strayText(text string) string {
	if strings.IndexByte(text, 0) >= 0 {
		return "the default contains a NUL character, which not every database stores"
	}
	if i := strings.IndexFunc(text, isTurning); i >= 0 {
		r, _ := utf8.DecodeRuneInString(text[i:])
		return "the default contains an invisible character (" + codePoint(r) + "); remove it"
	}
	return ""
}

// deepestJSON is how deep MariaDB takes JSON.
const deepestJSON = 31

// depth returns how many lists and mappings of a node are within each other.
func (n *node) depth() int {
	deepest := 0
	for _, item := range n.items {
		deepest = max(deepest, item.depth())
	}
	for _, p := range n.pairs {
		deepest = max(deepest, p.value.depth())
	}
	if n.kind == listKind || n.kind == mapKind {
		deepest++
	}
	return deepest
}

// integer reads a whole number that fits the type.
func (d *fieldDecl) integer(n *node) (any, string) {
	i, ok := wholeNumber(n.text)
	switch {
	case n.kind != numberKind:
		return nil, "the default of " + d.Type.article() + " must be a whole number, not " + n.says()
	case !ok:
		return nil, "the default of " + d.Type.article() + " must be a whole number of 64 bits in decimal, not " + cut(n.text)
	case d.Type == Int && i != int64(int32(i)):
		return nil, "the default " + n.text + " does not fit the 32 bits of an int; make the type bigint"
	}
	return i, ""
}

// array reads the default of a string[] or int[].
func (d *fieldDecl) array(n *node) (any, string) {
	if n.kind != listKind {
		return nil, "the default of " + d.Type.article() + " must be a list, not " + n.says()
	}
	texts, ints := []string{}, []int64{}
	for _, item := range n.items {
		i, whole := wholeNumber(item.text)
		switch {
		case d.Type == Strings && item.kind == textKind && strayText(item.text) != "":
			return nil, strayText(item.text)
		case d.Type == Strings && item.kind == textKind:
			texts = append(texts, item.text)
		case d.Type == Ints && item.kind == numberKind && whole:
			ints = append(ints, i)
		case d.Type == Strings:
			return nil, "the default of a string[] must be a list of texts; " + item.says() + " is none"
		default:
			return nil, "the default of an int[] must be a list of whole numbers; " + item.says() + " is none"
		}
	}
	if d.Type == Strings {
		return texts, ""
	}
	return ints, ""
}

// writeJSON writes a node as JSON, or says what JSON cannot hold.
func writeJSON(out *bytes.Buffer, n *node) string {
	switch n.kind {
	case nullKind:
		out.WriteString("null")
	case boolKind:
		out.WriteString(strings.ToLower(n.text))
	case numberKind:
		if !json.Valid([]byte(n.text)) {
			return "the default is JSON, which cannot hold the number " + cut(n.text)
		}
		if _, err := strconv.ParseFloat(n.text, 64); err != nil {
			return "the default has a number outside of the range of a float, which not every database stores"
		}
		out.WriteString(n.text)
	case textKind:
		if complaint := strayText(n.text); complaint != "" {
			return complaint
		}
		text, _ := json.Marshal(n.text) // a string always marshals
		out.Write(text)
	case listKind:
		return writeJSONList(out, n)
	case mapKind:
		return writeJSONObject(out, n)
	}
	return ""
}

func writeJSONList(out *bytes.Buffer, n *node) string {
	out.WriteByte('[')
	for i, item := range n.items {
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

func writeJSONObject(out *bytes.Buffer, n *node) string {
	out.WriteByte('{')
	for i, p := range n.pairs {
		switch {
		case p.key.kind == listKind || p.key.kind == mapKind:
			return "the default is JSON, in which a key is text, not " + p.key.says()
		case p.first != nil:
			return "the default gives the key " + quote(p.key.text) + " twice"
		case strayText(p.key.text) != "":
			return strayText(p.key.text)
		}
		if i > 0 {
			out.WriteByte(',')
		}
		key, _ := json.Marshal(p.key.text) // a string always marshals
		out.Write(append(key, ':'))
		if complaint := writeJSON(out, p.value); complaint != "" {
			return complaint
		}
	}
	out.WriteByte('}')
	return ""
}

// article returns the type with its article: a string, an int.
func (t Type) article() string { return withArticle(string(t)) }
