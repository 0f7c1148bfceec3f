package schema

// A value is a node that was found to have the shape it should. What was
// wrong is not in it: whoever reads a value need not check it again.
type value struct {
	node    *node
	pos     Pos
	entries []entry  // of a section or a map, in order
	items   []*value // of a list
	broken  bool     // a table, field or event of which only the key is right
	meant   []string // of a section: keys that misspelled ones stand for
}

// An entry is a key of a section or map, and its value.
type entry struct {
	key    string
	pos    Pos // of the key
	doc    string
	preset string // the preset that brought it in, if any
	val    *value
}

// get returns the value of a key, nil if it is absent. A nil value has no keys.
func (v *value) get(key string) *value {
	if e := v.entry(key); e != nil {
		return e.val
	}
	return nil
}

// entry returns the entry of a key, nil if it is absent.
func (v *value) entry(key string) *entry {
	if v == nil {
		return nil
	}
	for i := range v.entries {
		if v.entries[i].key == key {
			return &v.entries[i]
		}
	}
	return nil
}

// text returns the text of a key, empty if it is absent.
func (v *value) text(key string) string {
	if t := v.get(key); t != nil {
		return t.node.text
	}
	return ""
}

// flag returns the boolean of a key, false if it is absent.
func (v *value) flag(key string) bool {
	t := v.get(key)
	return t != nil && t.node.isTrue()
}

// posOr returns where the value of a key is, or what the caller has instead.
func (v *value) posOr(key string, otherwise Pos) Pos {
	if t := v.get(key); t != nil {
		return t.pos
	}
	return otherwise
}

// all returns the items of the list at a key.
func (v *value) all(key string) []*value {
	if l := v.get(key); l != nil {
		return l.items
	}
	return nil
}

// docOf returns the "doc" of an entry's value, else the comment at its key.
func (e *entry) docOf() string {
	if d := e.val.text("doc"); d != "" {
		return d
	}
	return e.doc
}

// textOr returns the text of a key, or what goes for an absent one.
func (v *value) textOr(key, otherwise string) string {
	if t := v.text(key); t != "" {
		return t
	}
	return otherwise
}

// wrote tells whether the file gives the key, be it misspelled, and be its
// value right or wrong.
func (v *value) wrote(key string) bool {
	for _, p := range v.node.pairs {
		if p.key.text == key {
			return true
		}
	}
	return contains(v.meant, key) || v.entry(key) != nil
}
