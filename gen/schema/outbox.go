package schema

import (
	"slices"
	"strings"
)

// outboxTables are the tables of the outbox, by their SQL names, as
// templates/outbox declares them.
var outboxTables = []string{"authgen_event", "authgen_job", "authgen_delivery", "authgen_endpoint"}

// outbox decides whether there is an outbox, which events need, and keeps its
// tables' names for it.
func (b *builder) outbox(top *value, events bool) {
	given := top.get("outbox")
	b.schema.Outbox = events || top.flag("outbox")
	if events && given != nil && !given.node.isTrue() {
		fix := "remove it, or the events"
		if slices.ContainsFunc(b.schema.Events, func(e *Event) bool { return e.Pos.Preset != "" }) {
			fix += `, those that "use" brings included`
		}
		b.problems.add(given.pos, `"outbox: false" leaves no place to record the events in; %s`, fix)
	}
	if !b.schema.Outbox {
		return
	}
	for _, t := range b.order {
		if t.takesOutboxName() {
			b.problems.add(t.NamePos, `table %s: the outbox has tables named %s; set another "name"`, quote(t.Key), listed(outboxTables, "and"))
		}
	}
}

// takesOutboxName tells whether the table's SQL name may be one of the
// outbox's. Of a name that derives from a key the writing is not looked at:
// it depends on the naming.
func (t *Table) takesOutboxName() bool {
	if t.Name != "" {
		return slices.Contains(outboxTables, strings.ToLower(t.Name))
	}
	return slices.ContainsFunc(outboxTables, func(name string) bool { return bare(name) == bare(t.Key) })
}

// bare returns a name without what the writings of it differ in.
func bare(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }
