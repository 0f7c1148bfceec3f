package runtime

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// writerPatience is how long a writer waits for the others. Only a call that unknowingly
// waits for itself should wait so long.
const writerPatience = 30 * time.Second

// defaultRetries is how often a unit runs again after a conflict.
const defaultRetries = 5

// A DB is a database with the generated tables in it.
type DB struct {
	pool     *sql.DB
	dialect  dialect.Dialect
	owned    bool
	schema   Schema
	tables   []*dialect.Table // of the schema
	descents map[*dialect.Table][]descent
	writer   chan struct{} // holds a token while somebody writes; nil where writers need no queue
	options  authgen.Options
	patience time.Duration // how long a writer waits for the right to write
	texts    texts
	staged   listeners
	catalog  sync.Map // constraints by catalogKey, as far as they were looked up
	known    atomic.Pointer[map[*dialect.Table]*known]
}

// Open checks that the connections of database keep the contract and returns
// the DB. Its errors say what to change.
func Open(ctx context.Context, database dialect.Database, schema Schema, options ...authgen.Option) (*DB, error) {
	if database.Err != nil {
		return nil, database.Err
	}
	if database.Pool == nil || database.Dialect == nil {
		return nil, errors.New("open: there is no database: pass what sqlite.New or sqlite.Open returns")
	}
	db := &DB{
		pool: database.Pool, dialect: database.Dialect, owned: database.Owned, schema: schema, tables: schema.Tables,
		options: authgen.Options{Now: time.Now, Retries: defaultRetries, AfterError: logAfterError}, patience: writerPatience,
	}
	db.descents = descents(db.tables)
	for _, option := range options {
		option(&db.options)
	}
	if err := db.check(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if db.dialect.SingleWriter() {
		db.writer = make(chan struct{}, 1)
	}
	return db, nil
}

func (db *DB) check(ctx context.Context) error {
	kind := db.dialect.Kind()
	if len(db.tables) > 0 && db.schema.DDL.For(kind) == "" {
		return fmt.Errorf("open: the generated package has no SQL for %s: add it to dialects in schema.yaml", kind)
	}
	if err := db.dialect.Check(ctx, db.pool); err != nil {
		if db.dialect.Classify(err).Kind == dialect.FaultFull {
			err = db.failure(ctx, nil, err)
		}
		return fmt.Errorf("open: %w", err)
	}
	if err := db.checkSchema(ctx); err != nil {
		return fmt.Errorf("open: %w", err)
	}
	return nil
}

// Close closes the pool if authgen opened it, and does nothing if the program
// did.
func (db *DB) Close() error {
	if !db.owned {
		return nil
	}
	return db.pool.Close()
}

// Kind returns the dialect that the database speaks.
func (db *DB) Kind() dialect.Kind { return db.dialect.Kind() }

// Now returns the time of the adapter's clock, in UTC, cut to milliseconds.
func (db *DB) Now() time.Time { return dialect.Millis(db.options.Now()) }

// Exec runs statements that are not about the rows of one table, for example the
// DDL of the schema. It runs them one after the other, on one connection. If one fails,
// Exec runs all of them again, as long as that gets further.
func (db *DB) Exec(ctx context.Context, statements ...string) error {
	for try := 1; ; try++ {
		conn, link, err := db.connect(ctx)
		if err != nil {
			return db.failure(ctx, nil, err)
		}
		err = db.script(ctx, conn, link, statements)
		if err == nil || !db.stale(conn, try, err) {
			_ = conn.Close()
			return err
		}
	}
}

// script runs statements on a connection. It gives the connection back even if the observer
// panics.
func (db *DB) script(ctx context.Context, conn *sql.Conn, link dialect.Link, statements []string) error {
	returned := false
	defer func() {
		if !returned {
			_ = conn.Close()
		}
	}()
	err := db.runAll(ctx, link, statements)
	returned = true
	return err
}

// runAll runs statements that do nothing when they run a second time. If several programs
// make the same table or index at once, a server lets all but one of them fail once it is
// there, even with "IF NOT EXISTS". So runAll tries again.
func (db *DB) runAll(ctx context.Context, link dialect.Link, statements []string) error {
	for reached := -1; ; {
		failed, err := db.inOrder(ctx, link, statements)
		if err == nil || isUnknown(err) || failed <= reached {
			return err
		}
		reached = failed
	}
}

// inOrder runs statements up to the first that fails, and returns the index of that one.
func (db *DB) inOrder(ctx context.Context, link dialect.Link, statements []string) (failed int, err error) {
	for i, s := range statements {
		if _, err := db.alone(ctx, statement{query: s, writing: true, link: link}); err != nil {
			return i, err
		}
	}
	return 0, nil
}

type unitKey struct{ db *DB }

// outside returns ErrInsideTx if ctx belongs to an open unit of db (T1).
func (db *DB) outside(ctx context.Context) error {
	if tx, ok := ctx.Value(unitKey{db}).(*Tx); ok && !tx.ended.Load() {
		return authgen.ErrInsideTx
	}
	return nil
}

// lockWriter waits for the right to write, first come first served, where the
// database has one writer at a time.
func (db *DB) lockWriter(ctx context.Context) error {
	if db.writer == nil {
		return nil
	}
	select {
	case db.writer <- struct{}{}: // the right to write was free
		return nil
	default:
	}
	patience := time.NewTimer(db.patience)
	defer patience.Stop()
	select {
	case db.writer <- struct{}{}:
		return nil
	case <-ctx.Done():
		return &interruptedError{why: fmt.Errorf("waiting for the right to write: %w", contextError(ctx)), cause: authgen.ErrBusy}
	case <-patience.C:
		return &busyError{text: fmt.Sprintf("waited %v to write: is a db used inside its own transaction, with another context than that of the tx?", db.patience)}
	}
}

func (db *DB) unlockWriter() {
	if db.writer != nil {
		<-db.writer
	}
}

func logAfterError(ctx context.Context, err error) {
	slog.ErrorContext(ctx, "authgen: an entry of AfterCommit or AfterRollback failed", "error", err)
}
