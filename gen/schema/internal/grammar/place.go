package grammar

import "github.com/authgen/authgen/gen/schema/internal/wording"

// A place is what a message is about.
type place struct {
	table string // the key of the table around it
	name  string // such as `table "user"` or `user.email`; empty at the top of the file
	key   string // a key at the place; empty: the place itself
	item  bool   // an entry of the list under the key
}

// String returns `table "user"` or `user.email: "type"`.
func (p place) String() string {
	switch {
	case p.key == "":
		return p.name
	case p.item:
		return p.in() + "an entry of " + wording.Quote(p.key)
	}
	return p.in() + wording.Quote(p.key)
}

// in returns what a message about a key at the place begins with.
func (p place) in() string {
	if p.name == "" {
		return ""
	}
	return p.name + ": "
}

// inside returns the place of the keys in a section at p.
func (p place) inside() place {
	switch {
	case p.key == "":
		return p
	case p.name == "":
		return place{table: p.table, name: p.key}
	}
	return place{table: p.table, name: p.name + ": " + p.key}
}

// entryOf returns the place of a table, field or event at p.
func (p place) entryOf(kind, key string) place {
	switch kind {
	case "table":
		return place{table: key, name: "table " + wording.Quote(key)}
	case "field":
		return place{table: p.table, name: FieldName(p.table, key)}
	}
	return place{name: kind + " " + wording.Quote(key)}
}

// FieldName returns what messages call a field: user.email, in quotes if a part of it
// cannot be a key.
func FieldName(table, field string) string {
	if NameKey.MatchString(table) && NameKey.MatchString(field) {
		return table + "." + field
	}
	return wording.Quote(table + "." + field)
}
