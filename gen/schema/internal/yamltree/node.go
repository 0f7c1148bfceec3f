package yamltree

import (
	"github.com/authgen/authgen/gen/schema/internal/wording"
)

// A Kind says what a node is, by the core schema of YAML 1.2, in which "yes", "on" and
// 2020-01-01 are text. The parser follows YAML 1.1, so its own kinds are not used.
type Kind int

// The kinds of nodes. List and Map come last: all before them are scalars.
const (
	Null Kind = iota
	Bool
	Number
	Text
	List
	Map
)

// A Node is one value or key of a YAML file. All aliases of an anchor share one Node.
type Node struct {
	Kind         Kind
	Text         string  // of a scalar
	Doc          string  // of a key: the comment that belongs to it
	Quoted       bool    // in quotes, or a block, and therefore text
	Tagged       bool    // has a tag, which Read has reported
	Items        []*Node // of a list
	Pairs        []Pair  // of a mapping, with the pairs that "<<" merges into it
	Line, Column int
	size         int // how many nodes it has, where an alias counts as all that it stands for
}

// A Pair is a key of a mapping and its value.
type Pair struct {
	Key, Value *Node
	First      *Node // the same key earlier in the mapping; nil for the first of its name
}

// IsTrue tells whether a Bool is true.
func (n *Node) IsTrue() bool { return n.Text[0] == 't' || n.Text[0] == 'T' }

// Depth returns how many levels of lists and mappings a node has.
func (n *Node) Depth() int {
	deepest := 0
	for _, item := range n.Items {
		deepest = max(deepest, item.Depth())
	}
	for _, p := range n.Pairs {
		deepest = max(deepest, p.Value.Depth())
	}
	if n.Kind == List || n.Kind == Map {
		deepest++
	}
	return deepest
}

// Says describes a node for a message: the number 12, the text "yes", a list.
func (n *Node) Says() string {
	switch n.Kind {
	case Null:
		return "nothing"
	case Bool:
		return n.Text
	case Number:
		return "the number " + wording.Cut(n.Text)
	case List:
		return "a list"
	case Map:
		return "a mapping"
	}
	return "the text " + wording.Quote(n.Text)
}
