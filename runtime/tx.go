package runtime

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// A Tx is one open unit of work (U1): a connection of its own, on which a
// transaction is begun at the first statement, and what is to happen when it
// has ended.
type Tx struct {
	db      *DB
	base    context.Context // the caller's, without the unit in it
	options authgen.TxOption

	// running is held while a statement runs. It is only ever tried, so that a
	// second goroutine gets an error instead of a turn (T4).
	running  sync.Mutex
	misused  atomic.Bool  // a second goroutine came
	calls    atomic.Int32 // calls and savepoints that are under way
	attached atomic.Int64 // statements by which a row may refer to another one
	ended    atomic.Bool
	fate     fate
	sealed   bool // entries are being run; guarded by state

	// The connection, and what was handed out of it. Guarded by running.
	conn    dialect.Conn // nil until the first statement
	link    dialect.Link // the same, for the adapter's own statements
	useless bool         // the connection is thrown away at the end, nor will others of its age do
	pinned  *sql.Conn    // the same, unless a caller's transaction was joined
	queued  bool         // the unit holds the right to write
	unsure  bool         // user code had the connection: ask before relying on it
	handed  handed
	nesting int  // open savepoints
	torn    bool // one could not be undone

	// What concerns the whole unit. Guarded by state.
	state     sync.Mutex
	doomed    error // ends the unit, whatever handles it (U8)
	failed    error // ends the innermost savepoint, or the unit
	writes    int   // statements that may have written
	path      []step
	nearPath  [4]step // what path is made of while it is short
	watches   *Watch
	deletions *Deletion
	putOff    []*Deletion // rows of cycles, deleted with the last of them

	staged        staging
	afterCommit   []entry
	afterRollback []entry
	undone        []entry // AfterRollback entries of savepoints rolled back
}

// DB returns the database of the unit.
func (tx *Tx) DB() *DB { return tx.db }

// acquire makes the connection ready for one statement of the calling
// goroutine, beginning the transaction if need be. After nil, release must be
// called.
func (tx *Tx) acquire(ctx context.Context, writing bool) error {
	if !tx.running.TryLock() {
		tx.misused.Store(true)
		return authgen.ErrConcurrentUse
	}
	ok, returned := false, false
	defer func() {
		if !ok {
			tx.release(&returned)
		}
	}()
	err := tx.usable(ctx, writing)
	if err == nil && tx.conn == nil && (writing || tx.options&authgen.LazyWrite == 0) {
		err = tx.begin(ctx)
	}
	if err == nil && tx.handed.live() {
		err = tx.lookAtHanded(ctx)
	}
	if err == nil {
		err = tx.makeSure(ctx)
	}
	ok, returned = err == nil, true
	return err
}

// release ends what acquire began. A statement that did not return, because the
// driver or the observer panicked, leaves the connection in a state that is not
// known, so the unit is doomed (U8).
func (tx *Tx) release(returned *bool) {
	if !*returned {
		_ = tx.doom(&lostError{cause: errUnwound})
	}
	tx.running.Unlock()
}

// idle does what acquire does for a statement that need not be sent: it returns
// the error which keeps a statement from running.
func (tx *Tx) idle(ctx context.Context, writing bool) error {
	if !tx.running.TryLock() {
		tx.misused.Store(true)
		return authgen.ErrConcurrentUse
	}
	defer tx.running.Unlock()
	return tx.usable(ctx, writing)
}

// usable returns the error of the unit itself which keeps a statement from running.
func (tx *Tx) usable(ctx context.Context, writing bool) error {
	if tx.ended.Load() {
		return authgen.ErrTxDone
	}
	if err := tx.broken(); err != nil {
		return err
	}
	for _, c := range [...]context.Context{tx.base, ctx} {
		if c.Err() != nil {
			return tx.doom(&interruptedError{why: contextError(c)})
		}
	}
	if writing && tx.options&authgen.ReadOnly != 0 {
		return authgen.ErrReadOnly
	}
	return nil
}

// lookAtHanded makes sure that nothing which user code was handed has failed, or
// is in the way of a statement.
func (tx *Tx) lookAtHanded(ctx context.Context) error {
	open := false
	if tx.db.dialect.Server() {
		open = tx.handed.open()
	} else {
		tx.handed.sortOut()
	}
	if err := tx.heed(ctx); err != nil {
		return err
	}
	if open {
		return tx.fail(errOpenRows)
	}
	return nil
}

// begin takes a connection and begins the transaction on it. If it cannot, the unit is
// doomed.
func (tx *Tx) begin(ctx context.Context) error {
	if tx.options&authgen.ReadOnly == 0 {
		if err := tx.db.lockWriter(ctx); err != nil {
			return tx.doom(err)
		}
		tx.queued = true
	}
	for try := 1; ; try++ {
		conn, link, err := tx.db.connect(ctx)
		if err != nil {
			return tx.doom(tx.db.failure(ctx, nil, err))
		}
		tx.conn, tx.pinned, tx.link = conn, conn, link
		switch err = tx.open(ctx); {
		case err == nil:
			return nil
		case !tx.db.stale(conn, try, err):
			return tx.doom(tx.failure(ctx, nil, err))
		}
		tx.conn, tx.pinned, tx.link = nil, nil, nil
	}
}

// open runs the statements that open the transaction.
func (tx *Tx) open(ctx context.Context) (err error) {
	for _, query := range tx.db.dialect.Begin(tx.options) {
		ctx, done := tx.observe(ctx, authgen.Step{Kind: authgen.StepBegin, SQL: query})
		err = tx.link.Ahead(ctx, query, nil)
		if done(err); err != nil {
			break
		}
	}
	return err
}

// own runs a statement of the transaction itself: BEGIN, SAVEPOINT and the like.
func (tx *Tx) own(ctx context.Context, kind authgen.StepKind, query string) error {
	ctx, done := tx.observe(ctx, authgen.Step{Kind: kind, SQL: query})
	_, err := tx.link.Exec(ctx, query, nil)
	err = tx.failure(ctx, nil, err)
	done(err)
	return err
}

// makeSure asks the session for its state if user code may have changed it
// unseen: a statement that failed in a *sql.Rows or *sql.Stmt of its own, or a
// COMMIT sent as text (U8).
func (tx *Tx) makeSure(ctx context.Context) error {
	if !tx.unsure || tx.conn == nil {
		return nil
	}
	state, err := tx.db.dialect.State(ctx, tx.conn)
	switch {
	case err != nil:
		return tx.doom(tx.db.failure(ctx, nil, err))
	case state == dialect.TxEnded:
		tx.fate = fateUnknown
		return tx.doom(&lostError{cause: errEnded})
	case state == dialect.TxUndone:
		return tx.doom(&lostError{cause: errVanished, undone: true})
	}
	tx.unsure = tx.handed.live()
	return nil
}

// broken returns why nothing more can be done: the first failure that dooms
// the unit, or that of the innermost savepoint.
func (tx *Tx) broken() error {
	first := tx.brokenBy()
	if first == nil {
		return nil
	}
	return &abortedError{first: first, text: tx.db.safeText(first)}
}

// brokenBy returns the failure itself.
func (tx *Tx) brokenBy() error {
	tx.state.Lock()
	defer tx.state.Unlock()
	if tx.doomed != nil {
		return tx.doomed
	}
	return tx.failed
}

// doom ends the whole unit: no savepoint handles err. It returns err.
func (tx *Tx) doom(err error) error {
	tx.state.Lock()
	defer tx.state.Unlock()
	if tx.doomed == nil {
		tx.doomed = err
	}
	return err
}

// fail ends the innermost savepoint, or the unit where there is none, because
// a statement failed or a call was left half done. It returns err.
func (tx *Tx) fail(err error) error {
	tx.state.Lock()
	defer tx.state.Unlock()
	if tx.failed == nil {
		tx.failed = err
	}
	return err
}

// settle records what the failure of a statement means for the unit, and
// returns the contract's error for it.
func (tx *Tx) settle(ctx context.Context, t *dialect.Table, err error) error {
	if err == nil {
		return nil
	}
	err = tx.failure(ctx, t, err)
	switch err.(type) {
	case *retryError, *interruptedError, *lostError, *busyError:
		return tx.doom(err)
	}
	if errors.Is(err, errTooDeep) { // which is no failure yet
		return err
	}
	return tx.fail(err)
}

// failure is that of the DB, for a statement of the unit.
func (tx *Tx) failure(ctx context.Context, t *dialect.Table, err error) error {
	err = tx.db.failure(ctx, t, err)
	again, ok := err.(*retryError)
	switch {
	case !ok:
	case tx.options&authgen.ReadOnly != 0 && errors.Is(again.as, errDemoted): // it is the transaction that is read-only
		return &authgen.StatementError{Table: keyOrNone(t), Reason: again.cause.Error(), Cause: again.cause}
	case again.leave:
		tx.useless = true
	}
	return err
}

// wrote counts a statement that may have written.
func (tx *Tx) wrote() {
	tx.state.Lock()
	tx.writes++
	tx.state.Unlock()
}

func (tx *Tx) written() int {
	tx.state.Lock()
	defer tx.state.Unlock()
	return tx.writes
}

// writable returns why nothing can be written.
func (tx *Tx) writable() error {
	switch err := tx.broken(); {
	case tx.ended.Load():
		return authgen.ErrTxDone
	case err != nil:
		return err
	case tx.options&authgen.ReadOnly != 0:
		return authgen.ErrReadOnly
	}
	return nil
}

// observe tells the observer of a step at the unit's present depth.
func (tx *Tx) observe(ctx context.Context, s authgen.Step) (context.Context, func(error)) {
	if tx.db.options.Observer == nil {
		return ctx, ignore
	}
	tx.state.Lock()
	s.Depth = len(tx.path)
	tx.state.Unlock()
	return tx.db.observe(ctx, s)
}

// inside returns ctx as belonging to the unit, so that a captured db is
// recognised (T1).
func (tx *Tx) inside(ctx context.Context) context.Context {
	if ctx.Value(unitKey{tx.db}) == any(tx) {
		return ctx
	}
	return context.WithValue(ctx, unitKey{tx.db}, tx)
}
