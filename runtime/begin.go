package runtime

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/authgen/authgen"
)

// An OpenTx is a unit of work that its owner ends (U11). It lives over several
// calls, one after the other. A unit of [DB.Unit] lives only as long as a function.
type OpenTx struct {
	tx   *Tx
	done func(error) // tells the observer

	state sync.Mutex
	over  bool
	stop  func() bool // stops waiting for the end of the context
}

// Begin returns a unit of work that ends with Commit, with Rollback, or when ctx ends:
// ctx is the context of the whole unit, and not of one call in it. Nothing is retried.
func (db *DB) Begin(ctx context.Context, options authgen.TxOption) (*OpenTx, error) {
	if err := db.outside(ctx); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, &interruptedError{why: contextError(ctx)}
	}
	ctx, done := db.observe(ctx, authgen.Step{Kind: authgen.StepUnit, Attempt: 1})
	o := &OpenTx{tx: &Tx{db: db, base: ctx, options: consistent(options)}, done: done}
	o.state.Lock() // until stop is known
	defer o.state.Unlock()
	o.stop = context.AfterFunc(ctx, o.expire)
	return o, nil
}

// Tx returns the unit.
func (o *OpenTx) Tx() *Tx { return o.tx }

// Err returns why the unit can only be rolled back: what dooms it, or a statement
// that failed outside of a nested Tx. It is nil while the unit can be used, and
// ErrTxDone once it has ended.
func (o *OpenTx) Err() error {
	switch first := o.tx.brokenBy(); {
	case first != nil:
		return spent(1, first)
	case o.tx.misused.Load():
		return authgen.ErrConcurrentUse
	case o.tx.ended.Load():
		return authgen.ErrTxDone
	}
	return nil
}

// Commit commits the unit, unless ctx has ended. The unit has ended when Commit returns,
// with or without an error. With an error, nothing of the unit is stored, unless the error
// is ErrCommitUnknown. A conflict is ErrConflict at once. If a call is still running, the
// error is ErrConcurrentUse.
func (o *OpenTx) Commit(ctx context.Context) error {
	return o.end(func() error {
		if ctx.Err() != nil {
			return &interruptedError{why: contextError(ctx)}
		}
		if o.tx.calls.Load() > 0 { // that call sees that the unit has ended
			return o.tx.doom(authgen.ErrConcurrentUse)
		}
		o.tx.afterUser(o.tx.base)
		if err := o.tx.verdict(nil); err != nil {
			return err
		}
		return o.tx.commit()
	})
}

// Rollback ends the unit and undoes all of it. It waits for a statement that
// is running, and the context of a call does not bound it. Its error is ErrTxDone
// if the unit has ended before.
func (o *OpenTx) Rollback() error {
	err := o.end(func() error {
		if o.tx.calls.Load() > 0 {
			_ = o.tx.doom(authgen.ErrTxDone)
		}
		return errRolledBack
	})
	if errors.Is(err, errRolledBack) {
		return nil
	}
	return err
}

var errRolledBack = errors.New("the transaction was rolled back")

// expire ends a unit whose context has ended.
func (o *OpenTx) expire() {
	_ = o.end(func() error { return o.tx.doom(&interruptedError{why: contextError(o.tx.base)}) })
}

// end calls decide and ends the unit, unless the unit has ended before.
func (o *OpenTx) end(decide func() error) (err error) {
	o.state.Lock()
	over, stop := o.over, o.stop
	o.over = true
	o.state.Unlock()
	if over {
		return o.ended()
	}
	stop()
	err = errUnwound
	defer func() { o.done(err) }()
	defer o.tx.finish()
	err = spent(1, decide())
	return err
}

// ended returns the error of Commit or Rollback for a unit that has ended before.
func (o *OpenTx) ended() error {
	if first := o.tx.brokenBy(); first != nil {
		return fmt.Errorf("%w: %w", authgen.ErrTxDone, spent(1, first))
	}
	return authgen.ErrTxDone
}
