package runtime

import (
	"context"

	"github.com/authgen/authgen/internal/criteria"
)

// Telling is what follows an update of several rows: for each row its events, and then its
// trigger.
type Telling[T any] struct {
	Sent   func(old T) T             // the row as the update sent it
	Record func(old, stored T) error // records the events of an update; nil: the table has none
	// On runs the trigger of a row. now is the row after the triggers of other rows, which may
	// have written it. nil: the table has no trigger.
	On func(old, stored, now T) error
}

// all records the events of all rows first, and then runs the triggers, one after the other.
// docs are the rows as they were before the update. If a trigger deletes a row before its
// turn, the row gets no turn.
func (t Telling[T]) all(ctx context.Context, s Handle, docs *documents[T], sets []*Assignments) error {
	stored := &documents[T]{codec: docs.codec}
	if read, err := s.allStored(ctx, docs.codec.Table, docs, stored, sets); err != nil {
		return err
	} else if read {
		t.Sent = nil
	}
	of := func(i int) T {
		if t.Sent == nil {
			return stored.list[i]
		}
		return t.Sent(docs.list[i])
	}
	if t.Record != nil {
		for i, old := range docs.list {
			if err := t.Record(old, of(i)); err != nil {
				return err
			}
		}
	}
	if t.On == nil {
		return nil
	}
	return t.runOn(ctx, s, docs, of)
}

// runOn runs the triggers.
func (t Telling[T]) runOn(ctx context.Context, s Handle, docs *documents[T], of func(i int) T) error {
	table := docs.codec.Table
	written := s.watchRows(table, docs)
	defer written.Stop()
	for i, old := range docs.list {
		was := of(i)
		now := was
		if written.touchedRow(docs.at(i).Key()) {
			current, there, err := asItIs(ctx, s, docs.codec, written, was)
			if err != nil {
				return err
			}
			if !there {
				continue // deleted by the trigger of a row before it
			}
			now = current
		}
		if err := t.On(old, was, now); err != nil {
			return err
		}
		if err := s.kept(ctx, table, written, docs.at(i)); err != nil {
			return err
		}
	}
	return nil
}

// asItIs returns the row of a document as it is now, and whether it is still there. It is
// a function of its own so that runOn does not move the document to the heap.
func asItIs[T any](ctx context.Context, s Handle, c *Codec[T], watch *Watch, doc T) (T, bool, error) {
	there, err := s.current(ctx, c.Table, watch, criteria.Expr{}, c.Row(&doc))
	return doc, there, err
}
