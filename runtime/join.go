package runtime

import (
	"context"
	"database/sql"

	"github.com/authgen/authgen/dialect"
)

// Join runs fn as a unit of work inside a transaction that the caller began
// and will end (U2). fn runs in a savepoint: if it fails, nothing of it is
// left and the caller's transaction is as before. Nothing is retried. A
// conflict is ErrConflict at once.
//
// The caller must call done when its transaction has ended, and tell it whether the
// transaction was committed. done runs the entries of AfterCommit or AfterRollback. It is
// never nil. If fn failed, done does nothing, because the entries have run already.
func (db *DB) Join(ctx context.Context, outer *sql.Tx, fn func(context.Context, *Tx) error) (done func(committed bool), err error) {
	nothing := func(bool) {}
	if err := db.outside(ctx); err != nil {
		return nothing, err
	}
	tx := &Tx{db: db, base: ctx, conn: outer, link: sqlLink{outer}}
	returned := false
	defer func() {
		if !returned || err != nil {
			defer tx.runRolledBack()
			defer tx.endVanished(outer)
			tx.rollback()
		}
	}()
	err = tx.Nested(ctx, func(ctx context.Context) error { return fn(ctx, tx) })
	returned = true
	if err != nil {
		err = spent(1, tx.lookBack(err))
		return nothing, err
	}
	tx.handOver()
	return func(committed bool) {
		if committed {
			tx.tellStaged()
			tx.runEntries(tx.committed())
		} else {
			tx.runEntries(tx.rolledBack())
		}
	}, nil
}

// handOver ends the unit's part of a transaction that goes on without it.
func (tx *Tx) handOver() {
	tx.running.Lock()
	defer tx.running.Unlock()
	tx.handed.end()
	tx.ended.Store(true)
}

// endVanished ends the caller's transaction in two cases: the database has rolled it back by
// itself, so that the caller's next write would commit alone, or the writes of fn could
// not be undone.
func (tx *Tx) endVanished(outer *sql.Tx) {
	ctx, cancel := tx.ending()
	defer cancel()
	if state, err := tx.db.dialect.State(ctx, outer); err != nil || state != dialect.TxOpen || tx.torn {
		_ = outer.Rollback()
	}
}
