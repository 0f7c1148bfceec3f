package runtime

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/authgen/authgen"
)

// An entry is what AfterCommit and AfterRollback take. Its context keeps the
// values of the call's and is never cancelled.
type entry func(ctx context.Context) error

// AfterCommit makes f run once, after the outermost commit, in the order of
// the calls, and not at all after a rollback. Its failure is reported to the
// handler of WithAfterError and changes nothing else (U4).
func (tx *Tx) AfterCommit(f entry) { tx.addEntry(&tx.afterCommit, f) }

// AfterRollback makes f run once if what was done in this attempt of the unit,
// or in this nested Tx, is undone; after the whole unit has ended, never inside
// the transaction.
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

// runEntries runs the entries, each whatever became of those before it.
func (tx *Tx) runEntries(entries []entry) {
	if len(entries) == 0 {
		return
	}
	ctx := context.WithoutCancel(tx.base)
	next := 0
	defer func() {
		// runtime.Goexit ends this goroutine, but not the duty to the rest.
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

// report tells the program's handler of an entry that failed. What the handler
// itself does wrong is not the caller's, whose call has succeeded.
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
