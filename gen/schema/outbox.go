package schema

import (
	"slices"
	"strings"

	"github.com/authgen/authgen/gen/schema/internal/grammar"
	"github.com/authgen/authgen/gen/schema/internal/wording"
)

// outboxTables are the SQL names of the outbox's tables, which templates/outbox
// declares.
var outboxTables = []string{"authgen_event", "authgen_job", "authgen_delivery", "authgen_endpoint", "authgen_lock"}

// An outboxReader decides whether there is an outbox.
type outboxReader struct{ *draft }

// read decides whether there is an outbox, and refuses tables that take its names.
// Events need an outbox.
func (r outboxReader) read(top *grammar.Value, events bool) {
	given := top.Get("outbox")
	r.schema.Outbox = events || top.Flag("outbox")
	if events && given != nil && !given.Node.IsTrue() {
		fix := "remove this key, or the events"
		if slices.ContainsFunc(r.schema.Events, func(e *Event) bool { return e.Pos.Preset != "" }) {
			fix += `, also those of presets under "use"`
		}
		r.problems.Add(given.Pos, `with "outbox: false" events cannot be recorded; %s`, fix)
	}
	if !r.schema.Outbox {
		return
	}
	for _, t := range r.order {
		if t.takesOutboxName() {
			r.problems.Add(t.NamePos, `table %s: the outbox has tables named %s; set another "name"`, wording.Quote(t.Key), wording.Join(outboxTables, "and"))
		}
	}
}

// takesOutboxName tells whether the SQL name of the table may be a name of the outbox.
// For a name that derives from the key it ignores capitals and "_", which depend on the
// naming.
func (t *Table) takesOutboxName() bool {
	if t.Name != "" {
		return slices.Contains(outboxTables, strings.ToLower(t.Name))
	}
	return slices.ContainsFunc(outboxTables, func(name string) bool { return bare(name) == bare(t.Key) })
}

// bare returns a name without capitals and "_".
func bare(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }
