package conformance

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// timeCases are about a table whose times SQLite stores as integers.
var timeCases = []testCase{
	{"times: integer stores milliseconds, and finds them again", func(t *testing.T, e *env) {
		start := e.now.Truncate(time.Millisecond)
		for i := range 1200 { // more than two batches
			in := auth.LeaseCreate{Owner: fmt.Sprint(i), StartsAt: start.Add(time.Duration(i) * time.Millisecond)}
			if i%2 == 0 {
				in.EndsAt = new(start.Add(time.Hour))
			}
			_, err := e.db.Lease.Create(e.ctx, in)
			e.must(err)
		}
		if e.kind() == dialect.SQLite {
			var stored int64
			e.must(e.raw.Pool.QueryRowContext(e.ctx, `SELECT "startsAt" FROM lease WHERE owner = '7'`).Scan(&stored))
			if want := start.UnixMilli() + 7; stored != want {
				t.Errorf("stored is %d, want %d", stored, want)
			}
		}
		got, err := e.db.Lease.GetByStartsAt(e.ctx, start.Add(7*time.Millisecond))
		e.must(err)
		if got.Owner != "7" || !got.StartsAt.Equal(start.Add(7*time.Millisecond)) || got.EndsAt != nil || got.UpdatedAt.IsZero() {
			t.Errorf("got %+v", got)
		}
		cols := auth.LeaseCols
		for name, c := range map[string]struct {
			where auth.Predicate[auth.Lease]
			want  int
		}{
			"less":    {cols.StartsAt.Lt(start.Add(10 * time.Millisecond)), 10},
			"between": {auth.And(cols.StartsAt.Gte(start), cols.StartsAt.Lte(start.Add(9*time.Millisecond))), 10},
			"in":      {cols.StartsAt.In(start, start.Add(time.Millisecond), start.Add(time.Hour)), 2},
			"not in":  {cols.StartsAt.NotIn(start), 1199},
			"equal":   {cols.EndsAt.Eq(start.Add(time.Hour)), 600},
			"null":    {cols.EndsAt.IsNull(), 600},
		} {
			n, err := e.db.Lease.Count(e.ctx, c.where)
			e.must(err)
			if n != c.want {
				t.Errorf("%s: %d rows, want %d", name, n, c.want)
			}
		}
		last, n := time.Time{}, 0
		for lease, err := range e.db.Lease.Each(e.ctx, auth.LeaseQuery{OrderBy: auth.LeaseOrder{cols.EndsAt.Desc(), cols.StartsAt.Asc()}}) {
			e.must(err)
			if n++; n != 601 && !lease.StartsAt.After(last) {
				t.Fatalf("row %d is out of order", n)
			}
			last = lease.StartsAt
		}
		if n != 1200 {
			t.Errorf("%d rows", n)
		}
	}},
	{"M1 UpdateMany with on triggers only writes each row that it counts, and fires for", func(t *testing.T, e *env) {
		const n = 1203 // more than two batches
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			for i := range n {
				in := auth.LeaseCreate{ID: auth.Set(auth.LeaseID(fmt.Sprintf("l%05d", i))), Owner: "before", StartsAt: e.now.Add(time.Duration(i) * time.Second)}
				if _, err := tx.Lease.Create(ctx, in); err != nil {
					return err
				}
			}
			return nil
		}))
		var fired []string
		e.tr.Lease.OnUpdate = func(_ context.Context, _ *auth.Tx, c auth.LeaseChange) error {
			fired = append(fired, string(c.New.ID))
			return nil
		}
		wrote, err := e.db.Lease.UpdateMany(e.ctx, auth.LeaseCols.Owner.Eq("before"), auth.LeasePatch{Owner: auth.Set("after")})
		e.must(err)
		left, err := e.db.Lease.Count(e.ctx, auth.LeaseCols.Owner.Ne("after"))
		e.must(err)
		if wrote != n || len(fired) != n || !slices.IsSorted(fired) || left != 0 {
			t.Errorf("%d counted, %d fired for, %d as they were", wrote, len(fired), left)
		}
	}},
	{"times: integer is set by updates of one row and of many", func(t *testing.T, e *env) {
		start := e.now.Truncate(time.Millisecond)
		for i := range 3 {
			_, err := e.db.Lease.Create(e.ctx, auth.LeaseCreate{Owner: fmt.Sprint(i), StartsAt: start.Add(time.Duration(i) * time.Hour), EndsAt: new(start)})
			e.must(err)
		}
		changes := 0
		e.tr.Lease.OnUpdate = func(_ context.Context, _ *auth.Tx, c auth.LeaseChange) error {
			changes++
			if c.New.EndsAt != nil && !c.New.EndsAt.Equal(start.Add(48*time.Hour)) {
				t.Errorf("new end: %v", c.New.EndsAt)
			}
			return nil
		}
		n, err := e.db.Lease.UpdateMany(e.ctx, auth.LeaseCols.EndsAt.Eq(start), auth.LeasePatch{EndsAt: auth.Set(new(start.Add(48 * time.Hour)))})
		e.must(err)
		one, err := e.db.Lease.GetByStartsAt(e.ctx, start)
		e.must(err)
		one, err = e.db.Lease.Update(e.ctx, one.ID, auth.LeasePatch{EndsAt: auth.Null[time.Time]()})
		e.must(err)
		stored, err := e.db.Lease.Get(e.ctx, one.ID)
		e.must(err)
		if n != 3 || changes != 4 || stored.EndsAt != nil || !stored.UpdatedAt.Equal(one.UpdatedAt) {
			t.Errorf("%d rows, %d changes, stored %+v", n, changes, stored)
		}
	}},
}
