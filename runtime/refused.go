package runtime

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"
)

var errElsewhere = errors.New("a statement that was prepared outside of the transaction cannot run in it: prepare it on tx.SQL(), or switch the library's own preparing off")

// refused returns a statement that always fails. Only a driver can make one.
var refused = sync.OnceValue(func() *sql.Stmt {
	stmt, err := sql.OpenDB(refuser{}).Prepare("")
	if err != nil {
		panic(err) // refuser prepares everything
	}
	return stmt
})

// A refuser is a driver, its connection and its statement. The statement always fails.
type refuser struct{}

func (r refuser) Connect(context.Context) (driver.Conn, error) { return r, nil }

func (r refuser) Driver() driver.Driver { return r }

func (r refuser) Open(string) (driver.Conn, error) { return r, nil }

func (r refuser) Prepare(string) (driver.Stmt, error) { return r, nil }

func (refuser) Begin() (driver.Tx, error) { return nil, errElsewhere }

func (refuser) Close() error { return nil }

func (refuser) NumInput() int { return -1 }

func (refuser) CheckNamedValue(*driver.NamedValue) error { return nil }

func (refuser) Exec([]driver.Value) (driver.Result, error) { return nil, errElsewhere }

func (refuser) Query([]driver.Value) (driver.Rows, error) { return nil, errElsewhere }
