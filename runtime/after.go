package runtime

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/authgen/authgen"
)

// An entry is a function that AfterCommit and AfterRollback take. Its context has the
// values of the call's context and is never cancelled.
type entry func(ctx context.Context) error

// AfterCommit makes f run once after the outermost commit, in the order of
// the calls. After a rollback f does not run. If f fails, the handler of
// WithAfterError gets its error, and nothing else changes (U4).
func (tx *Tx) AfterCommit(f entry) { tx.addEntry(&tx.afterCommit, f) }

// AfterRollback makes f run once if this attempt of the unit, or this nested Tx, is
// undone. It runs after the whole unit has ended, and never inside the transaction.
func (tx *Tx) AfterRollback(f entry) { tx.addEntry(&tx.afterRollback, f) }

func (tx *Tx) addEntry(list *[]entry, f entry) {
	tx.state.Lock()
	late := tx.ended.Load() || tx.sealed
	if !late {
		*list = append(*list, f)
	}
	tx.state.Unlock()
	if late {
		tx.db.report(context.WithoutCancel(tx.base), authgen.ErrTxDone)
	}
}

// runRolledBack runs the entries for a rollback, unless something may be stored.
func (tx *Tx) runRolledBack() {
	if tx.fate != fateUnknown {
		tx.runEntries(tx.rolledBack())
	}
}

// rolledBack returns the entries to run after a rollback.
func (tx *Tx) rolledBack() []entry { return tx.seal(&tx.afterRollback) }

// runEntries runs the entries. Each runs even if one before it failed.
func (tx *Tx) runEntries(entries []entry) {
	if len(entries) == 0 {
		return
	}
	ctx := context.WithoutCancel(tx.base)
	next := 0
	defer func() {
		// runtime.Goexit ends this goroutine, but the other entries must still run.
		if next < len(entries) {
			tx.runEntries(entries[next:])
		}
	}()
	for next < len(entries) {
		f := entries[next]
		next++
		tx.runEntry(ctx, f)
	}
}

func (tx *Tx) runEntry(ctx context.Context, f entry) {
	stepCtx, done := tx.db.observe(ctx, authgen.Step{Kind: authgen.StepAfter})
	var err error
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		done(err)
		if err != nil {
			tx.db.report(ctx, err)
		}
	}()
	err = f(stepCtx)
}

// report tells the program's handler of an entry that failed. If the handler itself
// panics, the caller does not learn of it, because its call has succeeded.
func (db *DB) report(ctx context.Context, err error) {
	defer func() {
		if p := recover(); p != nil {
			logAfterError(ctx, fmt.Errorf("%w (and the handler of WithAfterError: panic: %v)", err, p))
		}
	}()
	db.options.AfterError(ctx, err)
}

// committed returns the entries to run after the commit.
func (tx *Tx) committed() []entry { return tx.seal(&tx.afterCommit) }

func (tx *Tx) seal(list *[]entry) []entry {
	tx.state.Lock()
	defer tx.state.Unlock()
	if tx.sealed {
		return nil // done was called before
	}
	tx.sealed = true
	return slices.Concat(tx.undone, *list)
}
