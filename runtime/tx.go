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

// A Tx is one open unit of work (U1). It has a connection of its own, begins a transaction
// on it at the first statement, and keeps the functions that run when the unit has ended.
type Tx struct {
	db      *DB
	base    context.Context // the caller's context, without the unit in it
	options authgen.TxOption

	// running is held while a statement runs. A statement only tries to lock it, so that
	// a second goroutine gets an error instead of a turn (T4).
	running  sync.Mutex
	misused  atomic.Bool  // a second goroutine came
	calls    atomic.Int32 // how many calls and savepoints are under way
	attached atomic.Int64 // how many statements may have made a row refer to another
	ended    atomic.Bool
	fate     fate
	sealed   bool // the entries are running; guarded by state

	// The connection, and what user code was handed from it. Guarded by running.
	conn    dialect.Conn // nil until the first statement
	link    dialect.Link // the same connection, for the adapter's own statements
	useless bool         // this connection, and others of its age, must be thrown away at the end
	pinned  *sql.Conn    // the same connection, unless the unit joined a caller's transaction
	queued  bool         // the unit holds the right to write
	unsure  bool         // user code had the connection: ask for its state before relying on it
	handed  handed
	nesting int  // how many savepoints are open
	torn    bool // a savepoint could not be undone

	// The state of the whole unit. Guarded by state.
	state     sync.Mutex
	doomed    error // ends the unit, even if user code handles it (U8)
	failed    error // ends the innermost savepoint, or the unit
	writes    int   // how many statements may have written
	path      []step
	nearPath  [4]step // the memory of path while it is short
	watches   *Watch
	deletions *Deletion
	putOff    []*Deletion // rows of cycles, which are deleted with the last row of their cycle

	staged        staging
	afterCommit   []entry
	afterRollback []entry
	undone        []entry // AfterRollback entries of savepoints that were rolled back
}

// DB returns the database of the unit.
func (tx *Tx) DB() *DB { return tx.db }

// acquire makes the connection ready for one statement of the calling goroutine. It begins
// the transaction if it has not begun. If acquire returns nil, the caller must call release.
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

// release ends what acquire began. A statement does not return if the driver or the
// observer panics. The state of the connection is then unknown, so the unit is doomed (U8).
func (tx *Tx) release(returned *bool) {
	if !*returned {
		_ = tx.doom(&lostError{cause: errUnwound})
	}
	tx.running.Unlock()
}

// idle stands for acquire where the statement need not be sent. It returns
// the error that keeps a statement from running.
func (tx *Tx) idle(ctx context.Context, writing bool) error {
	if !tx.running.TryLock() {
		tx.misused.Store(true)
		return authgen.ErrConcurrentUse
	}
	defer tx.running.Unlock()
	return tx.usable(ctx, writing)
}

// usable returns the error of the unit itself that keeps a statement from running.
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

// lookAtHanded looks at what user code was handed. It returns an error if some of it has
// failed, or stands in the way of a statement.
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

// makeSure asks the connection for its state if user code may have changed it unseen:
// with a statement that failed in a *sql.Rows or *sql.Stmt, or with a COMMIT that was sent
// as text (U8).
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
// the unit, or the failure of the innermost savepoint.
func (tx *Tx) broken() error {
	first := tx.brokenBy()
	if first == nil {
		return nil
	}
	return &abortedError{first: first, text: tx.db.safeText(first)}
}

// brokenBy is broken without the error that broken puts around the failure.
func (tx *Tx) brokenBy() error {
	tx.state.Lock()
	defer tx.state.Unlock()
	if tx.doomed != nil {
		return tx.doomed
	}
	return tx.failed
}

// doom ends the whole unit with err: no savepoint can handle it. It returns err.
func (tx *Tx) doom(err error) error {
	tx.state.Lock()
	defer tx.state.Unlock()
	if tx.doomed == nil {
		tx.doomed = err
	}
	return err
}

// fail ends the innermost savepoint, or the unit if no savepoint is open, because
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
	if errors.Is(err, errTooDeep) { // the caller can still delete the rows another way
		return err
	}
	return tx.fail(err)
}

// failure is the failure method of DB, for a statement of the unit.
func (tx *Tx) failure(ctx context.Context, t *dialect.Table, err error) error {
	err = tx.db.failure(ctx, t, err)
	again, ok := err.(*retryError)
	switch {
	case !ok:
	case tx.options&authgen.ReadOnly != 0 && errors.Is(again.as, errDemoted): // the transaction is read-only, not the server
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

// writable returns why the unit cannot write, or nil.
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

// observe tells the observer of a step. It adds the present depth of the unit.
func (tx *Tx) observe(ctx context.Context, s authgen.Step) (context.Context, func(error)) {
	if tx.db.options.Observer == nil {
		return ctx, ignore
	}
	tx.state.Lock()
	s.Depth = len(tx.path)
	tx.state.Unlock()
	return tx.db.observe(ctx, s)
}

// inside marks ctx as belonging to the unit, so that a captured db is
// recognised (T1).
func (tx *Tx) inside(ctx context.Context) context.Context {
	if ctx.Value(unitKey{tx.db}) == any(tx) {
		return ctx
	}
	return context.WithValue(ctx, unitKey{tx.db}, tx)
}
