package schema

import (
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// A kind is what a YAML node is, by the core schema of YAML 1.2: "yes", "on"
// and 2020-01-01 are text. The parser's own opinion is not asked.
type kind int

const (
	nullKind kind = iota
	boolKind
	numberKind
	textKind
	listKind
	mapKind
)

// A node is one YAML node with aliases and merge keys resolved. What several
// aliases stand for is one node, shared.
type node struct {
	kind         kind
	text         string // of a scalar
	doc          string // of a key: the comment that belongs to it
	quoted       bool   // in quotes, or a block: text whatever it looks like
	tagged       bool   // with a tag, which was reported
	items        []*node
	pairs        []pair
	line, column int
	size         int // nodes in it, each alias counted as what it stands for
}

// A pair is a key of a mapping and its value.
type pair struct {
	key, value *node
	first      *node // the same key, given earlier; nil for the first of its name
}

// A converter makes nodes of the parser's, each once.
type converter struct {
	source   *source
	done     map[*yaml.Node]*node // nil while it is being converted
	problems problems
	refused  bool // a limit was hit: no more nodes
}

// convert returns y as a node, nil once a limit is hit.
func (c *converter) convert(y *yaml.Node, depth int) *node {
	if c.refused {
		return nil
	}
	if y.Kind == yaml.AliasNode {
		return c.alias(y)
	}
	if depth > maxDepth {
		return c.refuse(y, "nested deeper than 64 levels")
	}
	n := &node{text: y.Value, line: y.Line, column: y.Column, size: 1, tagged: y.Style&yaml.TaggedStyle != 0}
	c.done[y] = nil
	if n.tagged {
		// What a tag would turn a value into is nobody's guess.
		c.problems.add(Pos{Line: y.Line, Column: y.Column}, "tags such as !!binary or !name are not understood here; write the value without")
	}
	switch y.Kind {
	case yaml.SequenceNode:
		n.kind = listKind
		for _, child := range y.Content {
			c.grow(n, y, c.convert(child, depth+1))
		}
	case yaml.MappingNode:
		n.kind = mapKind
		c.mapping(n, y, depth)
	default:
		n.quoted = y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
		n.kind = scalarKind(n.text, n.quoted)
	}
	if c.refused {
		return nil
	}
	c.done[y] = n
	return n
}

// alias returns what y stands for.
func (c *converter) alias(y *yaml.Node) *node {
	n, seen := c.done[y.Alias]
	if n == nil && seen {
		return c.refuse(y, "the alias *"+cut(y.Value)+" stands for something that contains it")
	}
	return n
}

// grow adds an item to a list.
func (c *converter) grow(n *node, y *yaml.Node, item *node) {
	if item != nil {
		n.items = append(n.items, item)
		c.count(n, y, item.size)
	}
}

// count adds to the size of n. Aliases of aliases multiply; this is where
// they are stopped, before anyone walks them.
func (c *converter) count(n *node, y *yaml.Node, size int) {
	if n.size += size; n.size > maxNodes {
		c.refuse(y, "with its aliases expanded this holds more than a million values")
	}
}

// refuse notes a problem after which nothing else in the file is looked at.
func (c *converter) refuse(y *yaml.Node, message string) *node {
	if !c.refused {
		c.refused = true
		c.problems.add(Pos{Line: y.Line, Column: y.Column}, "%s", message)
	}
	return nil
}

// mapping fills in the pairs of n: its own, then what "<<" merges into it.
func (c *converter) mapping(n *node, y *yaml.Node, depth int) {
	seen := make(map[string]*node, len(y.Content)/2)
	var merged []*node
	for i := 0; i+1 < len(y.Content) && !c.refused; i += 2 {
		key, value := c.convert(y.Content[i], depth+1), c.convert(y.Content[i+1], depth+1)
		if key == nil || value == nil {
			return
		}
		if key.text == "<<" && key.kind == textKind && !key.quoted {
			merged = append(merged, value)
			continue
		}
		if y.Content[i].Kind != yaml.AliasNode {
			key.doc = c.source.doc(key)
		}
		p := pair{key: key, value: value}
		if key.kind < listKind {
			p.first = seen[key.text]
			if p.first == nil {
				seen[key.text] = key
			}
		}
		n.pairs = append(n.pairs, p)
		c.count(n, y, 1+value.size)
	}
	for _, m := range merged {
		c.merge(n, y, m, seen)
	}
}

// merge adds the pairs of m, a mapping or a list of them, whose keys n lacks.
func (c *converter) merge(n *node, y *yaml.Node, m *node, seen map[string]*node) {
	from := []*node{m}
	if m.kind == listKind {
		from = m.items
	}
	for _, f := range from {
		if f.kind != mapKind {
			c.problems.add(Pos{Line: f.line, Column: f.column}, `"<<" merges a mapping, such as *name, or a list of them`)
			continue
		}
		for _, p := range f.pairs {
			if c.refused {
				return
			}
			if p.first == nil && seen[p.key.text] == nil {
				seen[p.key.text] = p.key
				n.pairs = append(n.pairs, p)
				c.count(n, y, 1+p.value.size)
			}
		}
	}
}

// looksNumber matches what YAML 1.2 reads as a number, of any base.
var looksNumber = regexp.MustCompile(`^(?:[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$`)

// scalarKind says what a scalar is.
func scalarKind(text string, quoted bool) kind {
	if quoted {
		return textKind
	}
	switch text {
	case "", "~", "null", "Null", "NULL":
		return nullKind
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return boolKind
	}
	if strings.ContainsAny(text[:1], "+-.0123456789") && looksNumber.MatchString(text) {
		return numberKind
	}
	return textKind
}

// isTrue tells which of the two a boolean is.
func (n *node) isTrue() bool { return n.text[0] == 't' || n.text[0] == 'T' }

// cut returns s without quotes but no longer than a message can carry.
func cut(s string) string {
	q := quote(s)
	return q[1 : len(q)-1]
}

// says describes a node for a message: the number 12, the text "yes", a list.
func (n *node) says() string {
	switch n.kind {
	case nullKind:
		return "nothing"
	case boolKind:
		return n.text
	case numberKind:
		return "the number " + cut(n.text)
	case listKind:
		return "a list"
	case mapKind:
		return "a mapping"
	}
	return "the text " + quote(n.text)
}
