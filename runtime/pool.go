package runtime

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// borrow takes a connection from the pool. If all are in use, it waits as long as for the
// right to write, and no longer: calls may unknowingly wait for themselves, and the last of
// them finds no connection left.
func (db *DB) borrow(ctx context.Context) (*sql.Conn, error) {
	stats := db.pool.Stats()
	if limit := stats.MaxOpenConnections; limit > 0 && stats.InUse >= limit {
		return db.await(ctx, limit)
	}
	return db.pool.Conn(ctx)
}

// await waits for a connection of the pool. All of its connections, limit of them, are in
// use.
func (db *DB) await(ctx context.Context, limit int) (*sql.Conn, error) {
	patient, cancel := context.WithTimeout(ctx, db.patience)
	defer cancel()
	conn, err := db.pool.Conn(patient)
	switch {
	case err == nil || patient.Err() == nil:
		return conn, err
	case ctx.Err() != nil:
		return nil, &interruptedError{why: fmt.Errorf("waiting for a connection, of which the pool has %d: %w", limit, contextError(ctx)), cause: authgen.ErrBusy}
	}
	return nil, &busyError{text: fmt.Sprintf("waited %v for a connection, of which the pool has %d: is a db used inside its own transaction, with another context than that of the tx? Else allow it more (SetMaxOpenConns)", db.patience, limit)}
}

// giveBack returns a connection to the pool after a statement that failed. It throws a
// connection away that is of no more use, and the idle ones too, because they are as old.
func (db *DB) giveBack(ctx context.Context, conn *sql.Conn, link dialect.Link, err error) {
	switch db.dialect.Classify(err).Kind {
	case dialect.FaultStale, dialect.FaultReadOnly:
		link.Abandon()
		discard(conn)
		db.dropIdle(ctx)
	default:
		_ = conn.Close()
	}
}

// dropPatience bounds how long dropIdle waits for a connection that others have
// taken meanwhile.
const dropPatience = time.Second

// dropIdle throws the idle connections of the pool away.
func (db *DB) dropIdle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dropPatience)
	defer cancel()
	for range db.pool.Stats().Idle {
		if db.pool.Stats().Idle == 0 {
			return
		}
		conn, err := db.pool.Conn(ctx)
		if err != nil {
			return
		}
		discard(conn)
	}
}
