package reconcile

import (
	"slices"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/gen/model"
	"github.com/authgen/authgen/runtime"
)

// A Ledger knows what an endpoint should have been told of the rows of a table.
type Ledger struct {
	Table                     *model.Table
	created, updated, deleted []*model.Event                  // that may be told
	compared                  map[*model.Event][]*model.Field // of updated
	keys                      []string                        // of all that are compared
	rows                      *shape
	ids                       *shape // of rows of which nothing but the id is read
}

// NewLedger returns the ledger of a table for the events that are wanted.
func NewLedger(t *model.Table, wanted func(eventType string) bool) *Ledger {
	of := func(events []*model.Event) []*model.Event {
		return slices.DeleteFunc(slices.Clone(events), func(e *model.Event) bool { return !wanted(e.Key) })
	}
	l := &Ledger{Table: t, created: of(t.Created), updated: of(t.Updated), deleted: of(t.Deleted)}
	l.compared = make(map[*model.Event][]*model.Field, len(l.updated))
	for _, e := range l.updated {
		l.compared[e] = compared(e)
		l.keys = append(l.keys, keysOf(l.compared[e])...)
	}
	l.rows, l.ids = shapeOf(t, slices.Concat(l.created, l.updated)), shapeOf(t, nil)
	return l
}

// missed returns the events that bring the endpoint to where the row is: none, if
// it is there already.
func (l *Ledger) missed(r *row, t told) []authgen.Event {
	if !t.there {
		return l.events(runtime.OperationCreate, r, cover(l.created, everything), nil)
	}
	differs := map[string]bool{}
	for _, e := range l.updated {
		for _, f := range l.compared[e] {
			if v, known := t.values[f.Key]; !known || !sameJSON(v, r.values[f.Key]) {
				differs[f.Key] = true
			}
		}
	}
	if len(differs) == 0 {
		return nil
	}
	var changed []string
	for _, f := range l.Table.Fields {
		if differs[f.Key] {
			changed = append(changed, f.Key)
		}
	}
	return l.events(runtime.OperationUpdate, r, cover(l.updated, func(e *model.Event) []*model.Field {
		return slices.DeleteFunc(slices.Clone(l.compared[e]), func(f *model.Field) bool { return !differs[f.Key] })
	}), changed)
}

func (l *Ledger) events(operation string, r *row, events []*model.Event, changed []string) []authgen.Event {
	list := make([]authgen.Event, len(events))
	for i, e := range events {
		list[i] = authgen.Event{Type: e.Key, Table: l.Table.Key, DocumentID: r.id, Operation: operation, Changed: changed, Data: r.payload(e)}
	}
	return list
}

// ended returns the event that tells of the end of a document, with what is known
// of it.
func (l *Ledger) ended(document string, t told) authgen.Event {
	e := l.end()
	return authgen.Event{Type: e.Key, Table: l.Table.Key, DocumentID: document, Operation: runtime.OperationDelete, Data: payloadOf(e, l.Table.ID, document, t.values)}
}

// end returns the event of a delete that says most.
func (l *Ledger) end() *model.Event {
	most := l.deleted[0]
	for _, e := range l.deleted {
		if len(e.Fields) > len(most.Fields) {
			most = e
		}
	}
	return most
}

// compared returns the fields by which it shows whether an update event was
// missed: those that it watches and carries. What every update moves is not among
// them: it moves without an event, too. Nor is what a Go type of the user's
// writes, as only the program knows how.
func compared(e *model.Event) []*model.Field {
	return slices.DeleteFunc(slices.Clone(e.Fields), func(f *model.Field) bool {
		return f.Touch || isSecret(f) || isOpaque(f) || len(e.Watched) > 0 && !slices.Contains(e.Watched, f)
	})
}

// keysOf returns the keys of fields, each once.
func keysOf(fields []*model.Field) (keys []string) {
	for _, f := range fields {
		if !slices.Contains(keys, f.Key) {
			keys = append(keys, f.Key)
		}
	}
	return keys
}

// everything returns the fields that an event carries.
func everything(e *model.Event) []*model.Field { return e.Fields }

// cover returns as few events as tell what is of use of all of them, beginning
// with the one that tells most. Of those that tell as much, the one that carries
// more goes first, or that stands first in schema.yaml. Where nothing is of use,
// it is one event all the same, which tells that the document is there.
func cover(events []*model.Event, use func(*model.Event) []*model.Field) (chosen []*model.Event) {
	covered := map[*model.Field]bool{}
	for {
		var best *model.Event
		most := 0
		for _, e := range events {
			n := 0
			for _, f := range use(e) {
				if !covered[f] {
					n++
				}
			}
			if n > most || n > 0 && n == most && len(e.Fields) > len(best.Fields) {
				best, most = e, n
			}
		}
		if best == nil {
			break
		}
		chosen = append(chosen, best)
		for _, f := range use(best) {
			covered[f] = true
		}
	}
	if len(chosen) == 0 && len(events) > 0 {
		chosen = events[:1]
	}
	return chosen
}

// OpaqueKeys returns the keys of the fields that events carry as the database
// stores them, and that are not compared: how a Go type of the user's writes its
// JSON is not known here.
func (l *Ledger) OpaqueKeys() []string {
	return keysOf(slices.DeleteFunc(slices.Clone(l.rows.fields), func(f *model.Field) bool { return !isOpaque(f) }))
}
