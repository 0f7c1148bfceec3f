package schema

import "slices"

// operations are the writes that an event can be about.
var operations = []string{"create", "update", "delete"}

// events makes the events.
func (b *builder) events(entries []entry) {
	for _, entry := range entries {
		e := &Event{Key: entry.key, Doc: entry.docOf(), Pos: entry.pos}
		on := entry.val.get("on")
		if on == nil {
			continue // missing or wrong, and reported
		}
		t := b.eventTable(e, on)
		if t == nil {
			continue
		}
		e.Table = t.Table
		b.eventFields(e, t, entry.val)
		b.eventPayload(e, t, entry.val)
		b.schema.Events = append(b.schema.Events, e)
	}
}

// eventTable reads "on" and returns the table of the event.
func (b *builder) eventTable(e *Event, on *value) *tableDecl {
	table, operation, ok := splitLast(on.node.text)
	if !ok {
		b.problems.add(on.pos, `event %s: "on" must be a table, a dot and create, update or delete, such as user.update, not %s`, quote(e.Key), quote(on.node.text))
		return nil
	}
	t := b.tables[table]
	if t == nil {
		b.problems.add(on.pos, "event %s is on table %s, which is not declared%s", quote(e.Key), quote(table), b.tableHint(table))
	}
	if !slices.Contains(operations, operation) {
		b.problems.add(on.pos, "event %s: unknown operation %s%s", quote(e.Key), quote(operation), b.suggest.hint(operation, operations))
		return nil
	}
	e.On = operation
	return t
}

// eventFields reads the fields whose change the event is about.
func (b *builder) eventFields(e *Event, t *tableDecl, v *value) {
	if fields := v.get("fields"); fields != nil && e.On != "update" {
		b.eventProblem(e, fields.pos, `event %s: "fields" is for updates; a %s has no changed fields, so leave it out`, quote(e.Key), e.On)
		return
	}
	for _, item := range v.all("fields") {
		key := item.node.text
		f := t.fields[key]
		switch {
		case key == "id":
			b.eventProblem(e, item.pos, "event %s: the id never changes; take it out of \"fields\"", quote(e.Key))
		case f == nil:
			b.unknownEventField(e, t, item)
		case f.Immutable:
			b.eventProblem(e, item.pos, "event %s: field %s is immutable and never changes; take it out of \"fields\"", quote(e.Key), quote(key))
		default:
			e.Fields = append(e.Fields, f)
		}
	}
}

// eventPayload reads what the event carries: never a secret.
func (b *builder) eventPayload(e *Event, t *tableDecl, v *value) {
	if !v.wrote("payload") {
		e.Payload, e.WithID = t.payload(e.On), true
		return
	}
	for _, item := range v.all("payload") {
		f := t.fields[item.node.text]
		switch {
		case item.node.text == "id":
			e.WithID = true
		case f == nil:
			b.unknownEventField(e, t, item)
		case f.Secret:
			b.eventProblem(e, item.pos, "event %s: field %s is secret and cannot be in the payload", quote(e.Key), quote(item.node.text))
		default:
			e.Payload = append(e.Payload, f)
		}
	}
}

// payload returns what an event carries that does not say: all fields but the
// secret ones. Of a row that is gone it is only what names it, which is short: so
// that whoever keeps a copy hears of the end, however large the row was.
func (t *tableDecl) payload(operation string) []*Field {
	return slices.DeleteFunc(slices.Clone(t.Fields), func(f *Field) bool {
		return f.Secret || operation == "delete" && !t.names(f)
	})
}

// names tells whether a field is part of what names a row: unique, alone or with
// others, or a reference.
func (t *tableDecl) names(f *Field) bool {
	return f.Unique || f.References != nil || slices.ContainsFunc(t.Indexes, func(i *Index) bool {
		return i.Unique && slices.Contains(i.Fields, f)
	})
}

// unknownEventField reports a field that the table of an event lacks.
func (b *builder) unknownEventField(e *Event, t *tableDecl, item *value) {
	if !t.fieldsKnown() {
		return
	}
	key := item.node.text
	b.eventProblem(e, item.pos, "event %s names field %s, which table %s does not declare%s",
		quote(e.Key), quote(key), quote(t.Key), b.suggest.hint(key, t.fieldNames()))
}

// eventProblem reports a problem of an event, unless it is a preset's: that
// goes without what the file has made of the table.
func (b *builder) eventProblem(e *Event, pos Pos, format string, args ...any) {
	if e.Pos.Preset == "" {
		b.problems.add(pos, format, args...)
	}
}
