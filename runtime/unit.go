package runtime

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/authgen/authgen"
)

// endTimeout bounds COMMIT and ROLLBACK. They no longer obey the caller's
// context (U7, U9).
const endTimeout = 10 * time.Second

// errVanished says that the database has rolled the transaction back by itself.
var errVanished = errors.New("no transaction is open any more: a statement that failed has ended it")

// errEnded says that user code ended the transaction unseen (T4).
var errEnded = errors.New("a statement of tx.SQL() ended the transaction: what was written ahead of that is stored, unless the statement rolled it back")

// errUnwound is the error that the observer gets for a step that a panic or
// runtime.Goexit ended.
var errUnwound = errors.New("ended by a panic or runtime.Goexit")

// lookBack returns the error of a unit that fails with err. It adds to err if a statement
// of the program has ended the transaction.
func (tx *Tx) lookBack(err error) error {
	if ended := tx.endedUnseen(); ended != nil {
		return &afterwardsError{err: err, first: ended, text: tx.db.safeText(err)}
	}
	return err
}

// endedUnseen finds out, ahead of a rollback, whether a statement of the program has ended
// the transaction, and returns an error that says so. It does not ask after a conflict,
// because the database has then rolled the transaction back by itself.
func (tx *Tx) endedUnseen() error {
	if !tx.running.TryLock() {
		return nil
	}
	defer tx.running.Unlock()
	first := tx.brokenBy()
	if !tx.unsure || tx.fate != fateOpen || isRetry(first) || errors.As(first, new(*lostError)) {
		return nil
	}
	ctx, cancel := tx.ending()
	defer cancel()
	if err := tx.makeSure(ctx); tx.fate != fateOpen {
		return err
	}
	return nil
}

// A fate is what became of the transaction of a unit.
type fate uint8

const (
	fateOpen      fate = iota // it is rolled back, unless it comes to COMMIT
	fateCommitted             // it is stored
	fateUnknown               // COMMIT was sent and not answered, or a text of the program ended it
)

// finish ends a unit: it gives back what the unit holds, and runs the entries that
// belong to its fate.
func (tx *Tx) finish() {
	_ = tx.endedUnseen() // if fn did not return, this was not asked yet
	switch tx.fate {
	case fateOpen:
		tx.takeBack()
	case fateCommitted:
		defer func() { tx.runEntries(tx.committed()) }()
		defer tx.tellStaged()
		tx.end(true)
	case fateUnknown:
		tx.end(false)
	}
}

// takeBack rolls the unit back and runs its entries for a rollback.
func (tx *Tx) takeBack() {
	defer func() { tx.runEntries(tx.rolledBack()) }()
	tx.rollback()
}

// verdict returns the error with which the unit ends. err is the error that its
// function returned.
func (tx *Tx) verdict(err error) error {
	if tx.misused.Load() && !errors.Is(err, authgen.ErrConcurrentUse) {
		return errors.Join(authgen.ErrConcurrentUse, err)
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

// commit decides the fate of the unit with COMMIT. Unless it returns nil or
// ErrCommitUnknown, the unit is still to be rolled back.
func (tx *Tx) commit() error {
	if !tx.running.TryLock() {
		tx.misused.Store(true)
		return authgen.ErrConcurrentUse
	}
	defer tx.running.Unlock()
	if tx.base.Err() != nil {
		return &interruptedError{why: contextError(tx.base)}
	}
	if tx.conn == nil {
		if !tx.hasStaged() {
			tx.fate = fateCommitted
			return nil
		}
		if err := tx.usable(tx.base, true); err != nil {
			return err
		}
		if err := tx.begin(tx.base); err != nil {
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
	err := tx.sendCommit(ctx)
	switch {
	case tx.fate == fateUnknown:
		return fmt.Errorf("%w: %w", authgen.ErrCommitUnknown, err)
	case staged:
		return stagingError(err)
	}
	return err
}

// sendCommit runs COMMIT. It sets the fate before it tells the observer, because the
// observer may panic.
func (tx *Tx) sendCommit(ctx context.Context) error {
	ctx, done := tx.observe(ctx, authgen.Step{Kind: authgen.StepCommit, SQL: "COMMIT"})
	tx.fate = fateUnknown
	_, err := tx.link.Exec(ctx, "COMMIT", nil)
	err = tx.failure(ctx, nil, err)
	tx.fate = fateOf(err)
	done(err)
	return err
}

// fateOf returns the fate of a transaction whose COMMIT ended in err.
func fateOf(err error) fate {
	switch {
	case err == nil:
		return fateCommitted
	case isUnknown(err):
		return fateUnknown
	}
	return fateOpen
}

// ending returns the context of COMMIT and ROLLBACK. It has a deadline for a server, which
// may not answer. An embedded database always answers.
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

// rollback ends the unit with ROLLBACK. It throws the connection away if ROLLBACK gets no
// answer. It waits for a statement that a stray goroutine still runs.
func (tx *Tx) rollback() {
	tx.running.Lock()
	defer tx.running.Unlock()
	if tx.ended.Load() {
		return
	}
	clean := false
	defer func() { tx.leave(clean) }()
	if tx.pinned == nil || !isOpen(tx.pinned) {
		return
	}
	ctx, cancel := tx.ending()
	defer cancel()
	tx.handed.close()
	err := tx.own(ctx, authgen.StepRollback, "ROLLBACK")
	// A transaction that the database has rolled back already needs no ROLLBACK.
	clean = err == nil || errors.Is(err, errVanished)
}

// end is leave for a unit whose COMMIT was sent.
func (tx *Tx) end(clean bool) {
	tx.running.Lock()
	defer tx.running.Unlock()
	tx.leave(clean)
}

// leave gives back what the unit holds. It throws a connection away if its state is not
// known, instead of handing it to the next user (U7).
func (tx *Tx) leave(clean bool) {
	tx.ended.Store(true)
	defer tx.stopWriting()
	sound := false
	defer func() { tx.giveBack(sound) }()
	tx.handed.end()
	sound = clean && !tx.useless && tx.reset()
}

// reset puts the settings of the connection back as they were before the unit, and reports
// whether it could.
func (tx *Tx) reset() bool {
	statements := tx.db.dialect.End(tx.options)
	if tx.pinned == nil || len(statements) == 0 {
		return true
	}
	ctx, cancel := tx.ending()
	defer cancel()
	for _, s := range statements {
		if _, err := tx.link.Exec(ctx, s, nil); err != nil {
			return false
		}
	}
	return true
}

// giveBack returns the connection to the pool, or throws it away.
func (tx *Tx) giveBack(sound bool) {
	switch {
	case tx.pinned == nil:
	case sound:
		_ = tx.pinned.Close()
	case tx.useless:
		tx.link.Abandon()
		discard(tx.pinned)
		tx.db.dropIdle(tx.base)
	default:
		discard(tx.pinned)
	}
}

func (tx *Tx) stopWriting() {
	if tx.queued {
		tx.queued = false
		tx.db.unlockWriter()
	}
}
