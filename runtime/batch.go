package runtime

import (
	"context"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// A Batch holds rows that are written together, each by its id.
type Batch[T any] struct {
	writes
	docs []T // as they are before
}

// Add adds a row and the assignments for it. Empty assignments leave the row as it is.
func (b *Batch[T]) Add(doc T, id any, set *Assignments) {
	if !set.Empty() {
		b.docs, b.ids, b.sets = append(b.docs, doc), append(b.ids, id), append(b.sets, set)
	}
}

// UpdateBatch sets columns of the rows of a batch, and then calls tell for them.
func UpdateBatch[T any](ctx context.Context, s Handle, c *Codec[T], batch *Batch[T], tell Telling[T]) error {
	if err := s.updateBatch(ctx, c.Table, &batch.writes); err != nil || tell.Sent == nil {
		return err
	}
	return tell.all(ctx, s, &documents[T]{codec: c, list: batch.docs}, batch.sets)
}

// writes are updates of rows by their ids.
type writes struct {
	ids  []any
	sets []*Assignments
}

// updateBatch sets columns of rows, with one statement for each run of rows that set the
// same (M3).
func (s Handle) updateBatch(ctx context.Context, t *dialect.Table, w *writes) error {
	for start := 0; start < len(w.ids); {
		end := start + 1
		for end < len(w.ids) && w.sets[end].Equal(w.sets[start]) {
			end++
		}
		n, err := s.Update(ctx, t, byIDs(t, w.ids[start:end]), w.sets[start])
		if err != nil {
			return err
		}
		if n < end-start {
			return s.keptFrom(t, "updated")
		}
		start = end
	}
	return nil
}

// byIDs returns the condition that the id is one of ids. They are ids of rows that were
// read.
func byIDs(t *dialect.Table, ids []any) criteria.Expr {
	return criteria.AsStored(criteria.Several(criteria.OpIn, t.ID, ids))
}
