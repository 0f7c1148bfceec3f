package schema

import (
	"slices"
	"strings"
)

// triggersOf returns the declared triggers in their fixed order.
func triggersOf(v *value) []Trigger {
	var declared []Trigger
	for _, name := range triggerNames.values {
		if v.isAll("triggers") || slices.ContainsFunc(v.all("triggers"), func(i *value) bool { return i.node.text == name }) {
			declared = append(declared, Trigger(name))
		}
	}
	return declared
}

// isAll tells whether a key has the word all in place of a list.
func (v *value) isAll(key string) bool {
	l := v.get(key)
	return l != nil && l.node.kind == textKind
}

// checkTriggers refuses the triggers of an update that cannot be, since no
// field of the table ever changes, and takes them out of the schema.
func (b *builder) checkTriggers(t *tableDecl) {
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
	fix := `take them out of "triggers"`
	switch {
	case t.val.isAll("triggers"):
		fix = "write [" + strings.Join(live, ", ") + "] instead of all"
	case len(dead) == 1:
		fix = `take it out of "triggers"`
	}
	b.problems.add(t.val.get("triggers").pos, "table %s: %s would never run, as no field of the table can be updated; %s",
		quote(t.Key), listed(dead, "and"), fix)
}

func isUpdate(t Trigger) bool { return t == BeforeUpdate || t == OnUpdate }

// mayChange tells whether an update may set the field.
func (d *fieldDecl) mayChange() bool {
	return d.broken || !d.Immutable && d.Key != "createdAt"
}
