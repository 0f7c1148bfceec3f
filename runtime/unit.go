package runtime

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// endTimeout bounds COMMIT and ROLLBACK, which no longer obey the caller's
// context (U7, U9).
const endTimeout = 10 * time.Second

var errVanished = errors.New("no transaction is open any more: it was ended by the database or by a statement sent as text")

// Unit runs fn as one unit of work and commits what it did, or nothing (U1).
// It runs fn again after a conflict (U5).
func (db *DB) Unit(ctx context.Context, options TxOption, fn func(context.Context, *Tx) error) error {
	if err := db.outside(ctx); err != nil {
		return err
	}
	if ctx.Err() != nil { // ahead of the triggers, which would run for nothing
		return &interruptedError{why: contextError(ctx)}
	}
	if options&ReadOnly != 0 {
		options &^= LazyWrite
	}
	for attempt := 1; ; attempt++ {
		again, err := db.again(ctx, attempt, db.attempt(ctx, options, attempt, fn))
		if !again {
			return err
		}
	}
}

// attempt runs a unit once.
func (db *DB) attempt(ctx context.Context, options TxOption, attempt int, fn func(context.Context, *Tx) error) (err error) {
	ctx, done := db.observe(ctx, Step{Kind: StepUnit, Attempt: attempt})
	err = errUnwound
	defer func() { done(err) }()
	tx := &Tx{db: db, base: ctx, options: options}
	err = tx.run(ctx, fn)
	return err
}

// errUnwound is what the observer is told of a step that a panic or
// runtime.Goexit ended.
var errUnwound = errors.New("ended by a panic or runtime.Goexit")

// run is one attempt of a unit.
func (tx *Tx) run(ctx context.Context, fn func(context.Context, *Tx) error) error {
	returned := false
	defer func() {
		// A panic or runtime.Goexit passes through, its stack as it was, once
		// nothing of the unit is left (U7).
		if !returned {
			tx.rollback()
			tx.runEntries(tx.rolledBack())
		}
	}()
	err := fn(tx.inside(ctx), tx)
	returned = true
	tx.afterUser(ctx)
	if err = tx.verdict(err); err == nil {
		err = tx.commit()
	}
	switch {
	case err == nil:
		tx.tellStaged()
		tx.runEntries(tx.committed())
	case errors.Is(err, ErrCommitUnknown):
	default:
		tx.rollback()
		tx.runEntries(tx.rolledBack())
	}
	return err
}

// verdict returns the error with which the unit ends, if err is what its
// function returned.
func (tx *Tx) verdict(err error) error {
	if tx.misused.Load() && !errors.Is(err, ErrConcurrentUse) {
		return errors.Join(ErrConcurrentUse, err)
	}
	first := tx.broken()
	switch {
	case first == nil:
		return err
	case err == nil:
		return first
	case errors.Is(err, errors.Unwrap(first)):
		return err
	}
	return &afterwardsError{err: err, first: first, text: tx.db.safeText(err)}
}

// commit ends the unit with COMMIT. Unless it returns nil or
// ErrCommitUnknown, the unit is still to be rolled back.
func (tx *Tx) commit() error {
	if !tx.running.TryLock() {
		tx.misused.Store(true)
		return ErrConcurrentUse
	}
	defer tx.running.Unlock()
	if tx.base.Err() != nil {
		return &interruptedError{why: contextError(tx.base)}
	}
	if tx.conn == nil {
		if !tx.hasStaged() {
			tx.ended.Store(true)
			return nil
		}
		if err := tx.ready(tx.base, true); err != nil {
			return err
		}
	}
	ctx, cancel := tx.ending()
	defer cancel()
	if err := tx.closeHanded(ctx); err != nil {
		return err
	}
	if err := tx.makeSure(ctx); err != nil {
		return err
	}
	staged := tx.hasStaged()
	if err := tx.stageLast(ctx); err != nil {
		return err
	}
	err := tx.own(ctx, StepCommit, "COMMIT")
	if staged {
		err = stagingError(err)
	}
	switch err.(type) {
	case nil:
		tx.leave(ctx, true)
		return nil
	case *interruptedError, *lostError:
		if errors.Is(err, errVanished) {
			return err
		}
		tx.leave(ctx, false)
		return fmt.Errorf("%w: %w", ErrCommitUnknown, err)
	}
	return err
}

// ending returns the context of COMMIT and ROLLBACK. An embedded database
// answers by itself; a server, or the way to it, may not.
func (tx *Tx) ending() (context.Context, context.CancelFunc) {
	ctx := tx.base
	if ctx.Done() != nil {
		ctx = context.WithoutCancel(ctx)
	}
	if !tx.db.dialect.Server() {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, endTimeout)
}

// rollback ends the unit with ROLLBACK. A connection that does not answer to
// it is thrown away. It waits for a statement of a stray goroutine.
func (tx *Tx) rollback() {
	tx.running.Lock()
	defer tx.running.Unlock()
	if tx.ended.Load() {
		return
	}
	ctx, cancel := tx.ending()
	defer cancel()
	clean := true
	if tx.pinned != nil {
		tx.handed.close()
		err := tx.own(ctx, StepRollback, "ROLLBACK")
		// A transaction that the database has rolled back already is as good.
		clean = err == nil || errors.Is(err, errVanished)
	}
	tx.leave(ctx, clean)
}

// leave gives back what the unit holds. A connection whose state is not known
// is thrown away instead of handed to the next user (U7).
func (tx *Tx) leave(ctx context.Context, clean bool) {
	tx.ended.Store(true)
	tx.handed.end()
	if tx.pinned != nil {
		for _, s := range tx.db.dialect.End(tx.options) {
			if _, err := tx.link.Exec(ctx, s, nil); err != nil {
				clean = false
			}
		}
		if !clean {
			_ = tx.pinned.Raw(func(any) error { return driver.ErrBadConn })
		}
		_ = tx.pinned.Close()
	}
	if tx.queued {
		tx.queued = false
		tx.db.unlockWriter()
	}
}
