package schema

import (
	"github.com/authgen/authgen/gen/schema/internal/grammar"
	"github.com/authgen/authgen/gen/schema/internal/problem"
	"github.com/authgen/authgen/gen/schema/internal/wording"
)

// A draft is a schema that is being read, and the problems found so far. Each type that
// embeds it does one step of the work; build calls them in order.
type draft struct {
	schema   *Schema
	problems problem.Log
	suggest  *grammar.Suggester
	presets  []string // the names that exist

	tables map[string]*tableDecl
	order  []*tableDecl // the same, in the order of the schema
	fields map[*Field]*fieldDecl

	keys         []string          // the result of tableNames
	presetTables map[string]string // the preset of each table, for presetWith
}

// newDraft returns a draft whose schema has all defaults.
func newDraft(file string) *draft {
	return &draft{
		schema: &Schema{
			File: file, Version: 1, Out: "./auth", Triggers: "./triggers",
			Dialects: []Dialect{SQLite, Postgres, MySQL},
			Naming:   Naming{Tables: "asIs", Columns: "asIs"},
			IDs:      NanoID,
		},
		suggest: grammar.NewSuggester(),
		presets: Presets(),
		tables:  map[string]*tableDecl{},
		fields:  map[*Field]*fieldDecl{},
	}
}

// tableNames returns the keys of all tables, for suggestions.
func (d *draft) tableNames() []string {
	if d.keys == nil {
		for _, t := range d.order {
			d.keys = append(d.keys, t.Key)
		}
	}
	return d.keys
}

// tableHint returns what a message about a missing table ends in: the table that is
// meant, or the preset that has it.
func (d *draft) tableHint(name string) string {
	if near := d.suggest.Similar(name, d.tableNames()); near != "" {
		return grammar.DidYouMean(near)
	}
	if preset := d.presetWith(name); preset != "" {
		return "; preset " + wording.Quote(preset) + ` has it; add the preset to "use"`
	}
	if table, field, ok := splitLast(name); ok && d.tables[table] != nil {
		return "; write {table: " + table + ", field: " + wording.Cut(field) + "}"
	}
	return d.suggest.Hint(name, d.tableNames())
}
