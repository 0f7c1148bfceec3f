package yamltree

import (
	"gopkg.in/yaml.v3"

	"github.com/authgen/authgen/gen/schema/internal/problem"
	"github.com/authgen/authgen/gen/schema/internal/wording"
)

// A converter makes a Node of each node of the parser's.
type converter struct {
	source   *Source
	done     map[*yaml.Node]*Node // nil for a node that is being converted
	problems problem.Log
	refused  bool // a limit was hit, and nothing more is converted
}

// convert returns y as a Node, nil once a limit is hit.
func (c *converter) convert(y *yaml.Node, depth int) *Node {
	if c.refused {
		return nil
	}
	if y.Kind == yaml.AliasNode {
		return c.alias(y)
	}
	if depth > maxDepth {
		return c.refuse(y, "nested deeper than 64 levels")
	}
	n := &Node{Text: y.Value, Line: y.Line, Column: y.Column, size: 1, Tagged: y.Style&yaml.TaggedStyle != 0}
	c.done[y] = nil
	if n.Tagged {
		// Only the program that defined a tag knows what it makes of the value.
		c.problems.Add(problem.Pos{Line: y.Line, Column: y.Column}, "tags such as !!binary or !name are not understood here; write the value without the tag")
	}
	switch y.Kind {
	case yaml.SequenceNode:
		n.Kind = List
		for _, child := range y.Content {
			c.grow(n, y, c.convert(child, depth+1))
		}
	case yaml.MappingNode:
		n.Kind = Map
		c.mapping(n, y, depth)
	default:
		n.Quoted = y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
		n.Kind = scalarKind(n.Text, n.Quoted)
	}
	if c.refused {
		return nil
	}
	c.done[y] = n
	return n
}

// alias returns what y stands for.
func (c *converter) alias(y *yaml.Node) *Node {
	n, seen := c.done[y.Alias]
	if n == nil && seen {
		return c.refuse(y, "the alias *"+wording.Cut(y.Value)+" stands for something that contains it")
	}
	return n
}

// grow adds an item to a list.
func (c *converter) grow(n *Node, y *yaml.Node, item *Node) {
	if item != nil {
		n.Items = append(n.Items, item)
		c.count(n, y, item.size)
	}
}

// count adds to the size of n. Aliases of aliases multiply, so the limit has to stop
// them here, before anything walks the tree.
func (c *converter) count(n *Node, y *yaml.Node, size int) {
	if n.size += size; n.size > maxNodes {
		c.refuse(y, "with its aliases expanded this holds more than a million values")
	}
}

// refuse adds a problem that ends the conversion.
func (c *converter) refuse(y *yaml.Node, message string) *Node {
	if !c.refused {
		c.refused = true
		c.problems.Add(problem.Pos{Line: y.Line, Column: y.Column}, "%s", message)
	}
	return nil
}

// mapping fills in the pairs of n: its own, then what "<<" merges into it.
func (c *converter) mapping(n *Node, y *yaml.Node, depth int) {
	seen := make(map[string]*Node, len(y.Content)/2)
	var merged []*Node
	for i := 0; i+1 < len(y.Content) && !c.refused; i += 2 {
		key, value := c.convert(y.Content[i], depth+1), c.convert(y.Content[i+1], depth+1)
		if key == nil || value == nil {
			return
		}
		if key.Text == "<<" && key.Kind == Text && !key.Quoted {
			merged = append(merged, value)
			continue
		}
		if y.Content[i].Kind != yaml.AliasNode {
			key.Doc = c.source.doc(key)
		}
		p := Pair{Key: key, Value: value}
		if key.Kind < List {
			p.First = seen[key.Text]
			if p.First == nil {
				seen[key.Text] = key
			}
		}
		n.Pairs = append(n.Pairs, p)
		c.count(n, y, 1+value.size)
	}
	for _, m := range merged {
		c.merge(n, y, m, seen)
	}
}

// merge adds the pairs of m, a mapping or a list of them, whose keys n lacks.
func (c *converter) merge(n *Node, y *yaml.Node, m *Node, seen map[string]*Node) {
	from := []*Node{m}
	if m.Kind == List {
		from = m.Items
	}
	for _, f := range from {
		if f.Kind != Map {
			c.problems.Add(problem.Pos{Line: f.Line, Column: f.Column}, `"<<" merges a mapping, such as *name, or a list of them`)
			continue
		}
		for _, p := range f.Pairs {
			if c.refused {
				return
			}
			if p.First == nil && seen[p.Key.Text] == nil {
				seen[p.Key.Text] = p.Key
				n.Pairs = append(n.Pairs, p)
				c.count(n, y, 1+p.Value.size)
			}
		}
	}
}
