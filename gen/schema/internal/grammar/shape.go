// Package grammar describes what a schema.yaml may look like, compares a file with
// that, and says how to mend what does not fit. The same description makes the JSON
// Schema for editors. Which keys there are is declared in package schema.
package grammar

import "regexp"

// A Form is what a value looks like.
type Form int

// The forms of a value.
const (
	TextForm    Form = iota
	FlagForm         // true or false
	FalseForm        // only false, which drops something that a preset has
	NumberForm       // a whole number
	AnyForm          // any value but null
	ListForm         // a list of different texts, or of sections
	MapForm          // a mapping whose keys the user makes up
	SectionForm      // a mapping with a fixed set of keys
)

// A Shape says which values a key takes. Check and JSONSchema both read it, so that a
// file and its editor never disagree.
type Shape struct {
	Form    Form
	Alt     *Shape            // another shape that is allowed too, such as "all" beside a list
	Values  []string          // of a text: the only values, if not empty
	Noun    string            // of a text with values: what messages call it
	Also    map[string]string // of a text with values: words of other tools, in lower case, and the value that each means
	Suffix  string            // of a text with values: what each may end in
	Rule    *Rule             // of a text
	Least   int               // of a list: its length; of a number: its value
	Most    int               // of a number: its value; of a map: how many entries; 0: no limit
	Of      *Shape            // of a list or map: an entry
	Keys    *Section          // of a section
	Pattern *regexp.Regexp    // of a map: what its keys match
	SQLName string            // of a map: the key in an entry that takes any SQL name
	Entry   string            // of a map or a list of sections: "table", "field", "event", "index"
	Taken   string            // of a map: a key that no entry may have
	Why     string            // why no entry may have it
	Says    string            // what a message says that the value must be; by default it follows from the rest
	Code    bool              // of a text: it often has characters that YAML gives a meaning to
	Example string            // of a map: an entry, for messages
}

// A Section is a mapping with a fixed set of keys.
type Section struct {
	Name    string            // in the $defs of the JSON Schema
	Doc     string            // for editors
	Example string            // for messages
	Keys    []Key             // in the order in which messages list them
	Rules   []Object          // which keys exclude each other, in the words of JSON Schema
	Also    map[string]string // keys of other tools, and the key that each means
	Advice  map[string]string // keys of other tools that have no counterpart, and what to do instead
}

// A Key is one key of a section.
type Key struct {
	Name     string
	Shape    *Shape
	Required bool
	Missing  string // of a required key: what the message adds where it is missing
	Doc      string // for editors
}

// Key returns the key of that name, or nil.
func (s *Section) Key(name string) *Key {
	for i := range s.Keys {
		if s.Keys[i].Name == name {
			return &s.Keys[i]
		}
	}
	return nil
}

// names returns the keys in order.
func (s *Section) names() []string {
	names := make([]string, len(s.Keys))
	for i, k := range s.Keys {
		names[i] = k.Name
	}
	return names
}
