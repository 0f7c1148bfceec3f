package runtime

import (
	"context"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// A Batch is rows to write together, each by its id.
type Batch struct {
	ids  []any
	sets []*Assignments
}

// Add adds a row, and what to set in it; nothing leaves it as it is.
func (b *Batch) Add(id any, set *Assignments) {
	b.ids, b.sets = append(b.ids, id), append(b.sets, set)
}

// Sets returns what is set in the rows, in the order in which they were added.
func (b *Batch) Sets() []*Assignments { return b.sets }

// UpdateBatch sets columns of the rows of a batch, with one statement for each
// run of rows that set the same (M3).
func (s Session) UpdateBatch(ctx context.Context, t *dialect.Table, batch *Batch) error {
	for start := 0; start < len(batch.ids); {
		end := start + 1
		for end < len(batch.ids) && batch.sets[end].Equal(batch.sets[start]) {
			end++
		}
		if set := batch.sets[start]; !set.Empty() {
			n, err := s.Update(ctx, t, byIDs(t, batch.ids[start:end]), set)
			if err != nil {
				return err
			}
			if n < end-start {
				return s.kept(t, "updated")
			}
		}
		start = end
	}
	return nil
}

// byIDs returns the condition that the id is one of ids, which rows have.
func byIDs(t *dialect.Table, ids []any) criteria.Expr {
	return criteria.AsStored(criteria.Several(criteria.OpIn, t.ID, ids))
}
