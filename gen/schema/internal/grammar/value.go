package grammar

import (
	"github.com/authgen/authgen/gen/schema/internal/problem"
	"github.com/authgen/authgen/gen/schema/internal/yamltree"
)

// A Value is a node that fits its shape. What does not fit was left out of it, so that
// nobody has to check a value again.
type Value struct {
	Node    *yamltree.Node
	Pos     problem.Pos
	Entries []Entry  // of a section or a map, in the order of the file
	Items   []*Value // of a list
	Broken  bool     // a table, field or event that has a right key and a wrong value
	Meant   []string // of a section: the keys that misspelled ones stand for
}

// An Entry is a key of a section or map, and its value.
type Entry struct {
	Key    string
	Pos    problem.Pos // of the key
	Doc    string      // the comment at the key
	Preset string      // the preset that declares it, if any
	Val    *Value
}

// Get returns the value of a key, nil if it is absent. A nil value has no keys.
func (v *Value) Get(key string) *Value {
	if e := v.Entry(key); e != nil {
		return e.Val
	}
	return nil
}

// Entry returns the entry of a key, nil if it is absent.
func (v *Value) Entry(key string) *Entry {
	if v == nil {
		return nil
	}
	for i := range v.Entries {
		if v.Entries[i].Key == key {
			return &v.Entries[i]
		}
	}
	return nil
}

// Text returns the text of a key, empty if it is absent.
func (v *Value) Text(key string) string {
	if t := v.Get(key); t != nil {
		return t.Node.Text
	}
	return ""
}

// Flag returns the boolean of a key, false if it is absent.
func (v *Value) Flag(key string) bool {
	t := v.Get(key)
	return t != nil && t.Node.IsTrue()
}

// PosOr returns the place of the value of a key, or the caller's if the key is absent.
func (v *Value) PosOr(key string, otherwise problem.Pos) problem.Pos {
	if t := v.Get(key); t != nil {
		return t.Pos
	}
	return otherwise
}

// All returns the items of the list at a key.
func (v *Value) All(key string) []*Value {
	if l := v.Get(key); l != nil {
		return l.Items
	}
	return nil
}

// DocOf returns the value of "doc" in an entry or, without it, the comment at its key.
func (e *Entry) DocOf() string {
	if d := e.Val.Text("doc"); d != "" {
		return d
	}
	return e.Doc
}

// TextOr returns the text of a key, or the caller's if the key is absent.
func (v *Value) TextOr(key, otherwise string) string {
	if t := v.Text(key); t != "" {
		return t
	}
	return otherwise
}

// Wrote tells whether the file has the key, also if it is misspelled or has a wrong
// value.
func (v *Value) Wrote(key string) bool {
	for _, p := range v.Node.Pairs {
		if p.Key.Text == key {
			return true
		}
	}
	return contains(v.Meant, key) || v.Entry(key) != nil
}
