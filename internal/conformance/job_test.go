package conformance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authgen/authgen/internal/conformance/auth"
)

var jobCases = []testCase{
	{"a job is stored with the transaction, due when it was said to be", func(t *testing.T, e *env) {
		at := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			e.must(tx.Schedule(ctx, greet{Name: "now"}))
			e.must(tx.Schedule(ctx, greet{Name: "later"}, auth.After(time.Minute)))
			return tx.Schedule(ctx, greet{Name: "then"}, auth.At(at))
		}))
		for name, due := range map[string]time.Time{"now": e.now, "later": e.now.Add(time.Minute), "then": at} {
			row := e.raw.Pool.QueryRowContext(e.ctx, e.sql(`SELECT "due_at", "type" FROM "authgen_job" WHERE "args" = ?`), `{"name":"`+name+`"}`)
			var ms int64
			var kind string
			e.must(row.Scan(&ms, &kind))
			if ms != due.UnixMilli() || kind != "greet" {
				t.Errorf("%s: job of type %s is due at %v, want %v", name, kind, time.UnixMilli(ms), due)
			}
		}
		e.is(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			e.must(tx.Schedule(ctx, greet{Name: "never"}))
			return errBoom
		}), errBoom)
		e.jobs(`{"name":"later"}`, `{"name":"now"}`, `{"name":"then"}`)
	}},
	{"a unique job waits once, until it is cancelled or handed over", func(t *testing.T, e *env) {
		schedule := func(name string) {
			e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				e.must(tx.Schedule(ctx, greet{Name: name}, auth.UniqueKey("ada"), auth.After(time.Hour)))
				return tx.Schedule(ctx, greet{Name: name + " again"}, auth.UniqueKey("ada"))
			}))
		}
		cancel := func(want bool) {
			e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				was, err := tx.Cancel(ctx, greet{}, "ada")
				if was != want {
					t.Errorf("it was cancelled: %v, want %v", was, want)
				}
				return err
			}))
		}
		schedule("first")
		schedule("second")
		cancel(true)
		cancel(false)
		schedule("third")
		// A relay has taken it.
		e.exec(`UPDATE "authgen_job" SET "leased_until" = ?`, e.now.Add(time.Minute).UnixMilli())
		cancel(false)
		e.jobs(`{"name":"third"}`)
	}},
	{"a job that is cancelled stays so only if the transaction commits", func(t *testing.T, e *env) {
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			return tx.Schedule(ctx, greet{Name: "x"}, auth.UniqueKey("x"))
		}))
		e.is(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			was, err := tx.Cancel(ctx, greet{}, "x")
			if !was || err != nil {
				t.Errorf("it was cancelled: %v, %v", was, err)
			}
			return errBoom
		}), errBoom)
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			e.must(tx.Schedule(ctx, greet{Name: "y"}, auth.UniqueKey("y"))) // and taken back at once
			was, err := tx.Cancel(ctx, greet{}, "y")
			if !was || err != nil {
				t.Errorf("it was cancelled: %v, %v", was, err)
			}
			return nil
		}))
		e.jobs(`{"name":"x"}`)
	}},
	{"of several transactions that schedule one unique job, one stores it", func(t *testing.T, e *env) {
		var group sync.WaitGroup
		errs := make(chan error, 8)
		for range cap(errs) {
			group.Go(func() {
				errs <- e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
					return tx.Schedule(ctx, greet{Name: "one"}, auth.UniqueKey("one"))
				})
			})
		}
		group.Wait()
		for range cap(errs) {
			e.must(<-errs)
		}
		e.jobs(`{"name":"one"}`)
	}},
	{"a job that cannot be stored is refused with its cause", func(t *testing.T, e *env) {
		var late *auth.Tx
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			late = tx
			for _, c := range []struct {
				want    string
				job     auth.Job
				options []auth.JobOption
			}{
				{"schedule: there is no job", nil, nil},
				{`schedule: "" cannot be the type of a job`, named(""), nil},
				{"cannot be the type of a job, which is text of 1 to 63 characters", named(strings.Repeat("x", 64)), nil},
				{"schedule greet: the key of a unique job is text of 1 to 255 characters", greet{}, []auth.JobOption{auth.UniqueKey("")}},
				{"without a zero byte", named("a\x00b"), nil},
				{"without a zero byte", greet{}, []auth.JobOption{auth.UniqueKey("a\x00b")}},
				{"schedule endless: the job cannot be written as JSON", endless{C: make(chan int)}, nil},
			} {
				if err := tx.Schedule(ctx, c.job, c.options...); err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v, want %s", err, c.want)
				}
			}
			return nil
		}))
		e.is(late.Schedule(e.ctx, greet{}), auth.ErrTxDone)
		_, err := late.Cancel(e.ctx, greet{}, "x")
		e.is(err, auth.ErrTxDone)
		e.is(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error { return tx.Schedule(ctx, greet{}) }, auth.ReadOnly), auth.ErrReadOnly)
		e.jobs()
	}},
	{"units that schedule the same keys in another order do not wait for each other in a circle", func(t *testing.T, e *env) {
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 25 {
					err := e.db.Tx(context.WithoutCancel(e.ctx), func(ctx context.Context, tx *auth.Tx) error {
						for _, key := range rand.Perm(20)[:5] {
							if err := tx.Schedule(ctx, greet{}, auth.UniqueKey(fmt.Sprint("key ", key))); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for _, s := range e.seen.take() {
			if s.Attempt > 1 {
				t.Errorf("a unit was run again: %+v", s)
			}
		}
	}},
	{"U1 a call that fails after its trigger scheduled a job cannot be kept", func(t *testing.T, e *env) {
		e.tr.Desk.BeforeCreate = func(ctx context.Context, tx *auth.Tx, _ *auth.Desk) error {
			e.must(tx.Schedule(ctx, greet{Name: "half"}))
			return errBoom
		}
		e.is(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			_, err := tx.Desk.Create(ctx, auth.DeskCreate{Name: "one"})
			e.is(err, errBoom)
			return nil
		}), errBoom)
		e.jobs()
	}},
}

// named is a job of any type.
type named string

func (n named) JobType() string { return string(n) }

// endless is a job that JSON cannot hold.
type endless struct{ C chan int }

func (endless) JobType() string { return "endless" }
