package runtime

import (
	"context"

	"github.com/authgen/authgen/internal/criteria"
)

// Telling is what follows the update of rows that were written together: of each, what it
// was sent as, its events, and its trigger.
type Telling[T any] struct {
	Sent   func(old T) T             // the row as the update sent it
	Record func(old, stored T) error // records the events of an update; nil: there are none
	// On runs the trigger, of a row that the triggers of others may have written since; nil:
	// there is none.
	On func(old, stored, now T) error
}

// all tells of rows that were updated, which were docs: all of the events first, then the
// triggers, one after the other. A row that a trigger deletes before its turn has none.
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
// apart from runOn so that only here the document is moved to the heap.
func asItIs[T any](ctx context.Context, s Handle, c *Codec[T], watch *Watch, doc T) (T, bool, error) {
	there, err := s.current(ctx, c.Table, watch, criteria.Expr{}, c.Row(&doc))
	return doc, there, err
}
