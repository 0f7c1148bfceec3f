package schema

import (
	"slices"
	"strings"

	"github.com/authgen/authgen/gen/schema/internal/grammar"
	"github.com/authgen/authgen/gen/schema/internal/wording"
	"github.com/authgen/authgen/gen/schema/internal/yamltree"
)

// triggersOf returns the triggers of a table, in the order of the constants.
func triggersOf(v *grammar.Value) []Trigger {
	var declared []Trigger
	for _, name := range triggerNames.Values {
		if isAll(v) || slices.ContainsFunc(v.All("triggers"), func(i *grammar.Value) bool { return i.Node.Text == name }) {
			declared = append(declared, Trigger(name))
		}
	}
	return declared
}

// isAll tells whether a table has the word "all" instead of a list of triggers.
func isAll(table *grammar.Value) bool {
	l := table.Get("triggers")
	return l != nil && l.Node.Kind == yamltree.Text
}

// A triggerChecker looks for triggers that would never run.
type triggerChecker struct{ *draft }

// check refuses triggers of updates on a table of which no field ever changes, and
// removes them from the schema.
func (c triggerChecker) check(t *tableDecl) {
	var live, dead []string
	for _, name := range t.Triggers {
		if isUpdate(name) {
			dead = append(dead, string(name))
		} else {
			live = append(live, string(name))
		}
	}
	if len(dead) == 0 || slices.ContainsFunc(t.decls, (*fieldDecl).mayChange) {
		return
	}
	t.Triggers = slices.DeleteFunc(t.Triggers, isUpdate)
	if !t.fieldsKnown() {
		return
	}
	fix := `remove them from "triggers"`
	switch {
	case isAll(t.val):
		fix = "write [" + strings.Join(live, ", ") + "] instead of all"
	case len(dead) == 1:
		fix = `remove it from "triggers"`
	}
	c.problems.Add(t.val.Get("triggers").Pos, "table %s: %s would never run, because no field of the table can be updated; %s",
		wording.Quote(t.Key), wording.Join(dead, "and"), fix)
}

func isUpdate(t Trigger) bool { return t == BeforeUpdate || t == OnUpdate }

// mayChange tells whether an update may set the field.
func (d *fieldDecl) mayChange() bool {
	return d.broken || !d.Immutable && d.Key != "createdAt"
}
