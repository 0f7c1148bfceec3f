package runtime

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// A Handle is what generated code sends its statements through. They run in the open unit
// of work, or, if Unit is nil, each in a transaction of its own (U6).
type Handle struct {
	DB   *DB
	Unit *Tx

	aside bool // its statements write the adapter's own tables, which are not part of a call (U1)
}

// Now returns the time of the adapter's clock, in UTC, cut to milliseconds.
func (s Handle) Now() time.Time { return s.DB.Now() }

// A statement is one statement on its way to the database.
type statement struct {
	table   *dialect.Table // the table of its rows; nil: it is not about one table
	query   string
	args    []any
	writing bool
	scan    func(dialect.Row) error // takes the rows; nil: it returns no rows
	link    dialect.Link            // where it runs; nil: on the unit's connection, or on any
	shield  bool                    // a savepoint is around it
}

// An outcome is the result of a statement.
type outcome struct {
	dialect.Result
	rows   int  // how many rows were scanned
	unsure bool // the statement may have been done even if it failed
}

// Exec runs a statement of authgen's own packages and returns how many rows it
// matched. Its text is trusted not to end the transaction, unlike a text that is given to
// [Tx.SQL]. It stays prepared where the connection keeps statements.
func (s Handle) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	out, err := s.run(ctx, statement{query: query, args: args, writing: true})
	return out.Matched, err
}

// Query is Exec for a query. It calls scan for each row, and returns the error
// of scan in a [dialect.MisfitError]. In a unit, scan may not run another statement.
func (s Handle) Query(ctx context.Context, scan func(dialect.Row) error, query string, args ...any) error {
	_, err := s.run(ctx, statement{query: query, args: args, scan: scan})
	return err
}

// run runs one statement, in the unit or in a transaction of its own. Every statement of
// the adapter comes here, and no function between it and this one only passes it on.
func (s Handle) run(ctx context.Context, st statement) (out outcome, err error) {
	switch {
	case s.Unit == nil:
		return s.DB.alone(ctx, st)
	case s.halfDone(st):
		return s.shielded(ctx, st)
	}
	tx := s.Unit
	if err := tx.acquire(ctx, st.writing); err != nil {
		return out, err
	}
	returned := false
	defer tx.release(&returned)
	ctx, done := tx.observe(ctx, authgen.Step{Kind: authgen.StepStatement, SQL: st.query})
	if tx.link == nil { // LazyWrite, before the first write
		out, err = tx.db.lend(ctx, st)
	} else {
		out, err = st.on(ctx, tx.link)
	}
	if !s.aside && st.writing {
		s.noteWrite(st, out, err)
	}
	if err != nil {
		err = tx.settle(ctx, st.table, err)
	}
	done(err)
	returned = true
	return out, err
}

// noteWrite counts a statement that wrote, or may have written. Even if the statement met
// no row, triggers of the database may have written elsewhere.
func (s Handle) noteWrite(st statement, out outcome, err error) {
	met := out.rows > 0 || out.Matched > 0
	triggered := st.table != nil && s.DB.knownOf(st.table).isTriggered()
	if met || triggered || err != nil || st.table == nil {
		s.Unit.wrote()
	}
	if met && triggered {
		s.Unit.attached.Add(1)
	}
}

// idle stands for a statement that is not sent because no row can match. It returns
// the error that the statement would have met before it reached the database.
func (s Handle) idle(ctx context.Context, writing bool) error {
	if s.Unit != nil {
		return s.Unit.idle(ctx, writing)
	}
	if err := s.DB.outside(ctx); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return &interruptedError{why: contextError(ctx)}
	}
	return nil
}

// on runs the statement on a connection.
func (st *statement) on(ctx context.Context, link dialect.Link) (out outcome, err error) {
	out.unsure = ctx.Err() == nil
	if st.scan == nil {
		out.Result, err = link.Exec(ctx, st.query, st.args)
		return out, err
	}
	out.rows, err = link.Query(ctx, st.query, st.args, st.scan)
	if err != nil && errors.Is(err, errEnough) {
		err = nil
	}
	return out, err
}

// errEnough is the error that a scan function returns when it wants no more rows.
var errEnough = errors.New("no more rows are wanted")

// alone runs one statement that is a transaction of its own (U6), and runs it
// again after a conflict.
func (db *DB) alone(ctx context.Context, st statement) (outcome, error) {
	if err := db.outside(ctx); err != nil {
		return outcome{}, err
	}
	for attempt := 1; ; attempt++ {
		out, err := db.once(ctx, st)
		again, err := db.again(ctx, attempt, err)
		if !again {
			return out, err
		}
	}
}

// once makes one attempt of alone.
func (db *DB) once(ctx context.Context, st statement) (outcome, error) {
	if st.writing {
		if err := db.lockWriter(ctx); err != nil {
			return outcome{}, err
		}
		defer db.unlockWriter()
	}
	ctx, done := db.observe(ctx, authgen.Step{Kind: authgen.StepStatement, SQL: st.query})
	out, err := db.lend(ctx, st)
	if err != nil {
		err = db.verdict(ctx, st, out, err)
	}
	done(err)
	return out, err
}

// verdict returns the error of a statement that was a transaction of its own.
func (db *DB) verdict(ctx context.Context, st statement, out outcome, err error) error {
	err = db.failure(ctx, st.table, err)
	switch {
	case out.rows > 0 && isRetry(err):
		// Rows that were handed over cannot be taken back, so the statement does not run again.
		return spent(1, err)
	case st.writing && errors.As(err, new(*dialect.MisfitError)):
		why := errors.Unwrap(err).Error()
		if failed := (*authgen.StatementError)(nil); errors.As(err, &failed) {
			why = failed.Reason
		}
		return &authgen.StatementError{Table: st.table.Key, Reason: authgen.ErrWritten.Error() + ", but not what it returned: " + why, Cause: errors.Join(authgen.ErrWritten, err)}
	case st.writing && out.unsure && isUnknown(err): // it may have run to its end even so
		return fmt.Errorf("%w: %w", authgen.ErrCommitUnknown, err)
	}
	return err
}

// isUnknown reports whether the work of a statement that ended in err may be stored even
// so: the statement got no answer, because its connection was lost or its context ended.
// It reports false if the server has not seen the statement, and if the database says that
// the work was undone.
func isUnknown(err error) bool {
	if errors.Is(err, driver.ErrBadConn) {
		return false
	}
	if lost := (*lostError)(nil); errors.As(err, &lost) {
		return !lost.undone
	}
	return errors.As(err, new(*interruptedError))
}

// lend runs a statement on its own link if it has one. Otherwise it takes a connection
// from the pool and gives it back.
func (db *DB) lend(ctx context.Context, st statement) (outcome, error) {
	if st.link != nil {
		return db.runOn(ctx, st, st.link)
	}
	for try := 1; ; try++ {
		conn, link, err := db.connect(ctx)
		if err != nil {
			return outcome{}, err
		}
		out, err := db.lent(ctx, st, conn, link)
		switch {
		case err == nil:
			_ = conn.Close()
			return out, nil
		case db.stale(conn, try, err):
		default:
			db.giveBack(ctx, conn, link, err)
			return out, err
		}
	}
}

// lent runs a statement on a connection that lend took for it. If the scan function
// panics, lent gives the connection back and the panic passes through.
func (db *DB) lent(ctx context.Context, st statement, conn *sql.Conn, link dialect.Link) (out outcome, err error) {
	returned := false
	defer func() {
		if !returned {
			_ = conn.Close()
		}
	}()
	out, err = db.runOn(ctx, st, link)
	returned = true
	return out, err
}

// runOn runs a statement that is a transaction of its own on a connection.
func (db *DB) runOn(ctx context.Context, st statement, link dialect.Link) (outcome, error) {
	if st.writing && !db.dialect.Server() {
		return st.inGrace(ctx, link)
	}
	return st.on(ctx, link)
}

// connect returns a connection, and the fastest link that its driver offers.
func (db *DB) connect(ctx context.Context) (*sql.Conn, dialect.Link, error) {
	conn, err := db.borrow(ctx)
	if err != nil {
		return nil, nil, err
	}
	var link dialect.Link
	err = conn.Raw(func(driverConn any) error {
		// The link outlives this call: the connection is pinned, and nobody else has
		// it until it is closed.
		link = db.dialect.Link(driverConn)
		return nil
	})
	if err != nil {
		return nil, nil, errors.Join(err, conn.Close())
	}
	if link == nil {
		link = sqlLink{conn}
	}
	return conn, link, nil
}

// staleTries is how many connections a call tries when they turn out to be dead, as
// database/sql does. The last dead one is an error.
const staleTries = 3

// stale reports whether the server ended the connection while it lay in the pool; err is
// the error of the first statement on it. If so, stale throws the connection away.
func (db *DB) stale(conn *sql.Conn, try int, err error) bool {
	if !errors.Is(err, driver.ErrBadConn) || try == staleTries {
		return false
	}
	discard(conn)
	return true
}

// discard throws a connection away instead of giving it back to the pool.
func discard(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = conn.Close()
}

// isOpen reports whether the connection is still there. database/sql closes a connection
// if a function of the program panics while it has it.
func isOpen(conn *sql.Conn) bool {
	return conn.Raw(func(any) error { return nil }) == nil
}
