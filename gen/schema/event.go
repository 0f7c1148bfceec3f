package schema

import (
	"slices"

	"github.com/authgen/authgen/gen/schema/internal/grammar"
	"github.com/authgen/authgen/gen/schema/internal/wording"
)

// operations are the writes that an event can record.
var operations = []string{"create", "update", "delete"}

// An eventReader makes events of the entries of "events".
type eventReader struct{ *draft }

// read adds the events to the schema.
func (r eventReader) read(entries []grammar.Entry) {
	for _, entry := range entries {
		e := &Event{Key: entry.Key, Doc: entry.DocOf(), Pos: entry.Pos}
		on := entry.Val.Get("on")
		if on == nil {
			continue // it is missing or wrong, which is reported
		}
		t := r.table(e, on)
		if t == nil {
			continue
		}
		e.Table = t.Table
		r.watched(e, t, entry.Val)
		r.payload(e, t, entry.Val)
		r.schema.Events = append(r.schema.Events, e)
	}
}

// table reads "on" and returns the table of the event.
func (r eventReader) table(e *Event, on *grammar.Value) *tableDecl {
	table, operation, ok := splitLast(on.Node.Text)
	if !ok {
		r.problems.Add(on.Pos, `event %s: "on" must be a table, a dot, and create, update or delete, such as user.update, not %s`, wording.Quote(e.Key), wording.Quote(on.Node.Text))
		return nil
	}
	t := r.tables[table]
	if t == nil {
		r.problems.Add(on.Pos, "event %s is on table %s, which is not declared%s", wording.Quote(e.Key), wording.Quote(table), r.tableHint(table))
	}
	if !slices.Contains(operations, operation) {
		r.problems.Add(on.Pos, "event %s: unknown operation %s%s", wording.Quote(e.Key), wording.Quote(operation), r.suggest.Hint(operation, operations))
		return nil
	}
	e.On = operation
	return t
}

// watched reads "fields": the event is recorded when one of these changes.
func (r eventReader) watched(e *Event, t *tableDecl, v *grammar.Value) {
	if fields := v.Get("fields"); fields != nil && e.On != "update" {
		r.problem(e, fields.Pos, `event %s: "fields" is for updates, since a %s changes no fields; remove it`, wording.Quote(e.Key), e.On)
		return
	}
	for _, item := range v.All("fields") {
		key := item.Node.Text
		f := t.fields[key]
		switch {
		case key == "id":
			r.problem(e, item.Pos, "event %s: the id never changes; remove it from \"fields\"", wording.Quote(e.Key))
		case f == nil:
			r.unknownField(e, t, item)
		case f.Immutable:
			r.problem(e, item.Pos, "event %s: field %s is immutable and never changes; remove it from \"fields\"", wording.Quote(e.Key), wording.Quote(key))
		default:
			e.Fields = append(e.Fields, f)
		}
	}
}

// payload reads what the event carries, which is never a secret.
func (r eventReader) payload(e *Event, t *tableDecl, v *grammar.Value) {
	if !v.Wrote("payload") {
		e.Payload, e.WithID = t.payload(e.On), true
		return
	}
	for _, item := range v.All("payload") {
		f := t.fields[item.Node.Text]
		switch {
		case item.Node.Text == "id":
			e.WithID = true
		case f == nil:
			r.unknownField(e, t, item)
		case f.Secret:
			r.problem(e, item.Pos, "event %s: field %s is secret and cannot leave in an event; remove it from \"payload\"", wording.Quote(e.Key), wording.Quote(item.Node.Text))
		default:
			e.Payload = append(e.Payload, f)
		}
	}
}

// payload returns the fields that an event without "payload" carries: all that are not
// secret. The event of a delete carries only the fields that identify the row. They are
// short, so that even the delete of a very large row fits into an event.
func (t *tableDecl) payload(operation string) []*Field {
	return slices.DeleteFunc(slices.Clone(t.Fields), func(f *Field) bool {
		return f.Secret || operation == "delete" && !t.names(f)
	})
}

// names tells whether a field helps to identify a row: it is unique, alone or with
// others, or it is a reference.
func (t *tableDecl) names(f *Field) bool {
	return f.Unique || f.References != nil || slices.ContainsFunc(t.Indexes, func(i *Index) bool {
		return i.Unique && slices.Contains(i.Fields, f)
	})
}

// unknownField reports a field that the table of the event does not have.
func (r eventReader) unknownField(e *Event, t *tableDecl, item *grammar.Value) {
	if !t.fieldsKnown() {
		return
	}
	key := item.Node.Text
	r.problem(e, item.Pos, "event %s names field %s, which table %s does not declare%s",
		wording.Quote(e.Key), wording.Quote(key), wording.Quote(t.Key), r.suggest.Hint(key, t.fieldNames()))
}

// problem reports a problem of an event. An event of a preset has none: it goes without
// the fields that the file's table lacks.
func (r eventReader) problem(e *Event, pos Pos, format string, args ...any) {
	if e.Pos.Preset == "" {
		r.problems.Add(pos, format, args...)
	}
}
