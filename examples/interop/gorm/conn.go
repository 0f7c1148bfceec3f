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

// A conn is the transaction of a trigger in the form that gorm takes. Its Commit and
// Rollback return errors, so gorm nests with savepoints.
//
// It does not prepare: with PrepareStmt gorm keeps prepared statements, and would use a
// statement of this transaction in others.
type conn struct{ *auth.SQLTx }

var _ gorm.Tx = (*conn)(nil)

var errPrepare = errors.New("PrepareStmt is not for a session in the transaction of a trigger")

// PrepareContext returns an error: gorm would keep the statement for others.
func (*conn) PrepareContext(context.Context, string) (*sql.Stmt, error) { return nil, errPrepare }
