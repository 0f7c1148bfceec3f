package model

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/authgen/authgen/gen/schema"
)

// An Event is something that a write of a table records.
type Event struct {
	Key     string // "user.updated"
	Payload string // Go name of its payload
	Comment string // doc from schema.yaml, may be empty
	Table   *Table
	Fields  []*Field // of the payload
	WithID  bool     // the payload has the id

	// Same is the first event of the table with the same fields in its payload, if there is
	// one before this event. The payload type of this event is made from that of Same.
	Same *Event
	// Shared are the events with the payload of this one, if there are others. This event
	// is the first of them.
	Shared []*Event

	Watched []*Field // an update must change one of them to be recorded; empty: any change is recorded

	source *schema.Event
}

// What says in words which write the event tells of.
func (e *Event) What() string {
	switch e.source.On {
	case "create":
		return "a new " + e.Table.Noun
	case "delete":
		return "a deleted " + e.Table.Noun
	}
	return "a changed " + e.Table.Noun
}

// Condition says in words, which follow the key of the event, which updates it tells of. It
// is empty for other writes.
func (e *Event) Condition() string {
	switch {
	case e.source.On != "update":
		return ""
	case len(e.Watched) == 0:
		return " if a field changed"
	}
	keys := make([]string, len(e.Watched))
	for i, f := range e.Watched {
		keys[i] = f.Key
	}
	return " if " + strings.Join(keys, " or ") + " changed"
}

// eventsOf makes the events of the tables.
func (b *builder) eventsOf() {
	for _, src := range b.schema.Events {
		t := b.tables[src.Table]
		if t == nil {
			continue // this was reported before
		}
		e := &Event{Key: src.Key, Payload: eventGoName(src.Key), Comment: src.Doc, Table: t, WithID: src.WithID, source: src}
		t.ID.EventText = b.schema.TextBigints && t.ID.Serial
		for _, key := range src.Payload {
			f := b.fields[key]
			f.EventText = b.schema.TextBigints && f.is64Bits()
			e.Fields = append(e.Fields, f)
		}
		for _, f := range src.Fields {
			e.Watched = append(e.Watched, b.fields[f])
		}
		e.shareWith(b.model.Events)
		switch src.On {
		case "create":
			t.Created = append(t.Created, e)
		case "update":
			t.Updated = append(t.Updated, e)
		case "delete":
			t.Deleted = append(t.Deleted, e)
		}
		b.model.Events = append(b.model.Events, e)
	}
	b.model.Outbox = b.schema.Outbox
}

// shareWith looks among the events before this one for the first with the same
// payload.
func (e *Event) shareWith(events []*Event) {
	for _, other := range events {
		if other.Same == nil && other.Table == e.Table && other.WithID == e.WithID && slices.Equal(other.Fields, e.Fields) {
			if other.Shared == nil {
				other.Shared = []*Event{other}
			}
			e.Same, other.Shared = other, append(other.Shared, e)
			return
		}
	}
}

// SharedBy names the events of Shared: "user.created, user.updated and user.renamed".
func (e *Event) SharedBy() string {
	keys := make([]string, len(e.Shared))
	for i, other := range e.Shared {
		keys[i] = other.Key
	}
	last := len(keys) - 1
	return strings.Join(keys[:last], ", ") + " and " + keys[last]
}

// PayloadMethod is the Go name of the method that makes a payload which several events
// share.
func (e *Event) PayloadMethod() string { return unexported(e.Payload) }

// is64Bits reports whether the field is a number of 64 bits, of a Go type that
// authgen knows.
func (f *Field) is64Bits() bool { return cmp.Or(f.Base, f.Type.String()) == "int64" }

// eventGoName returns the Go name of the payload of an event.
func eventGoName(key string) string {
	return exported(strings.ReplaceAll(key, ".", "_")) + "Event"
}

// checkEvents reports events that share a name, or that would never be recorded.
func (b *builder) checkEvents() {
	for _, e := range b.model.Events {
		what := "event " + strconv.Quote(e.Key)
		if have, taken := b.claims[e.Payload]; taken {
			b.problem(e.source.Pos, "%s: the Go name %s of its payload is needed for %s too; name the event otherwise", what, e.Payload, have.what)
		}
		b.claims[e.Payload] = claim{what: what}
		if e.source.On == "update" && !e.Table.CanPatch {
			b.problem(e.source.Pos, "%s would never be recorded, as no field of table %q can be updated; take it out", what, e.Table.Key)
		}
	}
}

// records reports whether an update of the field is an event.
func (t *Table) records(f *Field) bool {
	return slices.ContainsFunc(t.Updated, func(e *Event) bool {
		return len(e.Watched) == 0 || slices.Contains(e.Watched, f)
	})
}
