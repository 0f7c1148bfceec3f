package runtime

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/authgen/authgen"
)

// stageLimit is how many events, or jobs, a unit holds before it writes them
// (M6).
const stageLimit = 500

// stageBytes is how many bytes of bodies a unit holds. A server takes many more in one
// packet, at least 16 MiB.
const stageBytes = 4 << 20

// The tables of the outbox. Their DDL is part of the DDL of a generated package.
const (
	eventTable = "authgen_event"
	jobTable   = "authgen_job"
)

// A staging holds the events and jobs of a unit that are not written yet. They
// are written before COMMIT, and at the edge of each savepoint, so that everything in the
// staging belongs to the innermost savepoint.
type staging struct {
	events  []recorded
	jobs    []scheduled
	bytes   int  // how many bytes the bodies have
	flushed bool // some events or jobs were written
}

// full reports whether the staging must be written before it takes more.
func (s *staging) full() bool {
	return len(s.events) >= stageLimit || len(s.jobs) >= stageLimit || s.bytes >= stageBytes
}

func (s *staging) empty() bool { return len(s.events)+len(s.jobs) == 0 }

// hasStaged reports whether something waits to be written.
func (tx *Tx) hasStaged() bool {
	tx.state.Lock()
	defer tx.state.Unlock()
	return !tx.staged.empty()
}

// statements returns the statements that write what is staged: one for the events, one for
// the jobs. Then it empties the staging.
func (tx *Tx) statements() []*Builder {
	tx.state.Lock()
	events, jobs := tx.staged.events, tx.staged.jobs
	tx.staged.flushed = tx.staged.flushed || !tx.staged.empty()
	tx.staged.events, tx.staged.jobs, tx.staged.bytes = nil, nil, 0
	tx.state.Unlock()
	var list []*Builder
	if len(events) > 0 {
		b := newBuilder(tx.db, nil, "INSERT INTO ")
		b.writeEvents(events)
		list = append(list, b)
	}
	if len(jobs) > 0 {
		// Units that schedule jobs with the same keys lock them in the same order, so that
		// they do not wait for each other.
		slices.SortStableFunc(jobs, func(a, b scheduled) int {
			return cmp.Or(strings.Compare(a.jobType, b.jobType), strings.Compare(a.Key, b.Key))
		})
		b := newBuilder(tx.db, nil, "INSERT INTO ")
		b.writeJobs(jobs)
		list = append(list, b)
	}
	return list
}

// flush writes what is staged.
func (tx *Tx) flush(ctx context.Context) error {
	for _, b := range tx.statements() {
		if _, err := (Handle{DB: tx.db, Unit: tx, aside: true}).countBuilt(ctx, nil, b); err != nil {
			return stagingError(err)
		}
	}
	return nil
}

// stageLast writes what is staged, so that it can travel with COMMIT. The caller holds the
// connection.
func (tx *Tx) stageLast(ctx context.Context) error {
	for _, b := range tx.statements() {
		query := tx.db.texts.intern(b.sql)
		ctx, done := tx.observe(ctx, authgen.Step{Kind: authgen.StepStatement, SQL: query})
		err := tx.settle(ctx, nil, tx.link.Ahead(ctx, query, b.args))
		done(err)
		b.free()
		if err != nil {
			return stagingError(err)
		}
	}
	return nil
}

// stagingError adds to an error of writing the outbox what is probably missing.
func stagingError(err error) error {
	if err == nil {
		return nil
	}
	var failed *authgen.StatementError
	var refused *authgen.ValidationError
	switch {
	case errors.Is(err, errNoTable):
		return fmt.Errorf("outbox: cannot write to %s and %s, which are part of the generated schema (CreateTables, schema.*.sql): %w", eventTable, jobTable, err)
	case errors.As(err, &refused) && refused.Table == "", errors.As(err, &failed) && failed.Table == "":
		return fmt.Errorf("outbox: cannot store events and jobs: %w", err)
	}
	return err
}

// writeRows appends the name of a table, its columns, and a list of values for
// each of n rows.
func (b *Builder) writeRows(table string, columns []string, n int, values func(i int) []any) {
	b.Ident(table)
	for i, c := range columns {
		b.Text([...]string{" (", ", "}[min(i, 1)])
		b.Ident(c)
	}
	b.Text(") VALUES ")
	for i := range n {
		b.Text([...]string{"(", ", ("}[min(i, 1)])
		b.BindList(values(i))
		b.Text(")")
	}
}

// unstage drops what is staged.
func (tx *Tx) unstage() { tx.staged.events, tx.staged.jobs, tx.staged.bytes = nil, nil, 0 }

// listeners are the functions of OnStaged.
type listeners struct {
	mu    sync.Mutex
	next  int
	funcs map[int]func()
}

// OnStaged makes f run after each commit of this process that left events or
// jobs in the outbox, until stop is called. That is how a relay learns that there is work.
// f runs in the goroutine of the call, so it must be quick.
func (db *DB) OnStaged(f func()) (stop func()) {
	db.staged.mu.Lock()
	defer db.staged.mu.Unlock()
	id := db.staged.next
	db.staged.next++
	if db.staged.funcs == nil {
		db.staged.funcs = map[int]func(){}
	}
	db.staged.funcs[id] = f
	return func() {
		db.staged.mu.Lock()
		defer db.staged.mu.Unlock()
		delete(db.staged.funcs, id)
	}
}

// tellStaged calls the functions of OnStaged, if the unit staged something.
func (tx *Tx) tellStaged() {
	if !tx.staged.flushed {
		return
	}
	tx.db.staged.mu.Lock()
	defer tx.db.staged.mu.Unlock()
	for _, f := range tx.db.staged.funcs {
		f()
	}
}
