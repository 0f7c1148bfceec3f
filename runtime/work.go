package runtime

import (
	"context"

	"github.com/authgen/authgen"
)

// A Work is a unit of work (U1) that is written as a loop. The loop runs once more after a
// conflict (U5):
//
//	work := handle.Work(ctx)
//	defer work.End()
//	for work.Next(&err) {
//		err = … // with work.Ctx and work.Tx
//	}
//
// A loop keeps the stack of a program's trigger short: no function of the runtime stands
// between the call and the trigger.
type Work struct {
	Ctx context.Context // of the attempt
	Tx  *Tx             // nil between attempts

	db      *DB
	caller  context.Context
	options authgen.TxOption
	attempt int
	done    func(error) // tells the observer that the attempt ended

	outer  *Tx // the open unit that the work is part of; nil: no unit is open
	before int // how many statements of the open unit had written when the work began
}

// Work returns the work of one call: part of the open unit, or a unit of its own.
func (s Handle) Work(ctx context.Context) Work { return Work{db: s.DB, caller: ctx, outer: s.Unit} }

// Unit runs fn as one unit of work: it commits everything that fn did, or nothing (U1).
// It runs fn again after a conflict (U5).
func (db *DB) Unit(ctx context.Context, options authgen.TxOption, fn func(context.Context, *Tx) error) (err error) {
	work := Work{db: db, caller: ctx, options: consistent(options)}
	defer work.End()
	for work.Next(&err) {
		err = fn(work.Ctx, work.Tx)
	}
	return err
}

// Next ends the attempt that ran, if there was one, with the error that it left in err. Then
// it begins the next attempt and reports whether there is one. After the last attempt, err
// is the error of the work.
func (w *Work) Next(err *error) bool {
	switch {
	case w.outer != nil && w.Tx == nil:
		*err = w.join()
		return *err == nil
	case w.outer != nil:
		w.leave(*err)
		return false
	case w.Tx == nil:
		if *err = w.refused(); *err != nil {
			return false
		}
	default:
		if *err = w.conclude(*err); w.options&authgen.NoRetry != 0 {
			*err = spent(1, *err)
			return false
		}
		var again bool
		if again, *err = w.db.again(w.caller, w.attempt, *err); !again {
			return false
		}
	}
	w.attempt++
	var ctx context.Context
	ctx, w.done = w.db.observe(w.caller, authgen.Step{Kind: authgen.StepUnit, Attempt: w.attempt})
	w.Tx = &Tx{db: w.db, base: ctx, options: w.options}
	w.Ctx = w.Tx.inside(ctx)
	return true
}

// refused returns why no unit can begin. Next asks it ahead of the triggers, because they
// would run for nothing.
func (w *Work) refused() error {
	if err := w.db.outside(w.caller); err != nil {
		return err
	}
	if w.caller.Err() != nil {
		return &interruptedError{why: contextError(w.caller)}
	}
	return nil
}

// conclude ends the unit of an attempt that left err: it commits the unit, or rolls it back.
// It tells the observer when nothing of the unit is left. It does so too when a panic or
// runtime.Goexit passes through, for example one of the observer itself (U7).
func (w *Work) conclude(err error) (end error) {
	tx, done := w.Tx, w.done
	w.Tx = nil
	end = errUnwound
	defer func() { done(end) }()
	defer tx.finish()
	tx.afterUser(tx.base)
	if err = tx.verdict(err); err != nil {
		end = tx.lookBack(err)
	} else {
		end = tx.commit()
	}
	return end
}

// End takes back an attempt that did not return because a panic or runtime.Goexit passes
// through (U7). The caller defers it.
func (w *Work) End() {
	tx, done := w.Tx, w.done
	switch {
	case tx == nil:
	case w.outer != nil:
		w.leave(errUnwound) // a trigger around the call may recover from it
	default:
		w.Tx = nil
		defer done(errUnwound)
		tx.finish()
	}
}

// join begins the work as one call of the adapter inside the open unit. A call that fails
// after it wrote something is half done. Its savepoint, or the unit, can then no longer be
// committed (U1).
func (w *Work) join() error {
	tx := w.outer
	if err := tx.writable(); err != nil { // ahead of the triggers: they would run for nothing
		return err
	}
	tx.calls.Add(1)
	w.Tx, w.Ctx, w.before = tx, tx.inside(w.caller), tx.written()
	return nil
}

// leave ends a call inside the open unit.
func (w *Work) leave(err error) {
	tx := w.Tx
	w.Tx = nil
	defer tx.calls.Add(-1)
	if err != nil && tx.written() != w.before {
		_ = tx.fail(err)
	}
}
