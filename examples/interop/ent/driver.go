package ent

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"sync/atomic"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"

	"github.com/authgen/authgen/examples/interop/auth"
)

// A driver is the transaction of a trigger in the form that ent takes.
type driver struct {
	entsql.Conn
	dialect string
}

// newDriver returns the driver for a transaction on a database that ent calls
// dialect.
func newDriver(tx *auth.SQLTx, dialect string) dialect.Driver {
	return driver{entsql.Conn{ExecQuerier: tx}, dialect}
}

// Dialect returns ent's name of the database.
func (d driver) Dialect() string { return d.dialect }

// Close does nothing, because ent must not end the transaction.
func (d driver) Close() error { return nil }

var savepoints atomic.Int64

// Tx begins a savepoint, for client.Tx and for writes of ent that take several
// statements.
func (d driver) Tx(ctx context.Context) (dialect.Tx, error) {
	s := &savepoint{driver: d, ctx: ctx, name: "ent_" + strconv.FormatInt(savepoints.Add(1), 10)}
	return s, s.run("SAVEPOINT ")
}

// BeginTx is Tx for client.BeginTx. It refuses options, because the transaction has begun
// already.
func (d driver) BeginTx(ctx context.Context, options *sql.TxOptions) (dialect.Tx, error) {
	if options != nil && *options != (sql.TxOptions{}) {
		return nil, errors.New("the transaction has begun: give its options to db.Tx of the generated package")
	}
	return d.Tx(ctx)
}

// A savepoint is part of the transaction.
type savepoint struct {
	driver
	ctx  context.Context
	name string
	done bool
}

// Commit keeps what was written since the savepoint.
func (s *savepoint) Commit() error { return s.end("RELEASE SAVEPOINT ") }

// Rollback undoes what was written since the savepoint. After Commit it
// does nothing and returns [sql.ErrTxDone].
func (s *savepoint) Rollback() error { return s.end("ROLLBACK TO SAVEPOINT ", "RELEASE SAVEPOINT ") }

func (s *savepoint) end(verbs ...string) error {
	if s.done {
		return sql.ErrTxDone
	}
	s.done = true
	for _, verb := range verbs {
		if err := s.run(verb); err != nil {
			return err
		}
	}
	return nil
}

func (s *savepoint) run(verb string) error {
	return s.Exec(s.ctx, verb+s.name, []any{}, nil)
}
