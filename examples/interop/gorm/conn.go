package gorm

import (
	"context"
	"database/sql"
	"errors"

	"gorm.io/gorm"

	"github.com/authgen/authgen/examples/interop/auth"
)

// In returns db in the transaction tx.
func In(ctx context.Context, tx *auth.Tx, db *gorm.DB) *gorm.DB {
	db = db.Session(&gorm.Session{Context: ctx, NewDB: true})
	db.Statement.ConnPool = &conn{tx.SQL()} // a pointer: gorm's Commit asks whether it is nil
	return db
}

// A conn is the transaction of a trigger as gorm takes it. As its Commit and
// Rollback refuse, gorm nests by savepoint.
//
// It does not prepare: gorm keeps what it prepares for PrepareStmt, and would
// hand a statement of this transaction to others.
type conn struct{ *auth.SQLTx }

var _ gorm.Tx = (*conn)(nil)

var errPrepare = errors.New("PrepareStmt is not for a session in the transaction of a trigger")

// PrepareContext returns an error: gorm would keep the statement for others.
func (*conn) PrepareContext(context.Context, string) (*sql.Stmt, error) { return nil, errPrepare }
