package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
)

// errChangedRows says that an UPDATE counts the rows that it changed, instead of those that
// it matched.
var errChangedRows = errors.New("an UPDATE that changes nothing counts as one that finds no row: add clientFoundRows=true to the DSN, or use mysql.Open")

// checkFoundRows refuses connections on which an UPDATE counts the rows that it changed. The
// driver's connection tells its configuration. If something wraps that connection, only an
// UPDATE can tell.
func checkFoundRows(ctx context.Context, c *sql.Conn) error {
	var on, known bool
	err := c.Raw(func(driverConn any) error {
		if wrapped, ok := driverConn.(*conn); ok {
			driverConn = wrapped.Under()
		}
		on, known = countsFoundRows(driverConn)
		return nil
	})
	switch {
	case err != nil:
		return err
	case !known:
		return tryFoundRows(ctx, c)
	case !on:
		return errChangedRows
	}
	return nil
}

// countsFoundRows reads the configuration of a connection of go-sql-driver's, without
// importing the driver.
func countsFoundRows(driverConn any) (on, known bool) {
	v := reflect.Indirect(reflect.ValueOf(driverConn))
	if v.Kind() != reflect.Struct {
		return false, false
	}
	config := reflect.Indirect(v.FieldByName("cfg"))
	if config.Kind() != reflect.Struct {
		return false, false
	}
	flag := config.FieldByName("ClientFoundRows")
	if flag.Kind() != reflect.Bool {
		return false, false
	}
	return flag.Bool(), true
}

// tryFoundRows finds out by an UPDATE of a temporary table.
func tryFoundRows(ctx context.Context, c *sql.Conn) (err error) {
	if _, err := c.ExecContext(ctx, "CREATE TEMPORARY TABLE authgen_probe SELECT 1 AS one"); err != nil {
		return fmt.Errorf("cannot find out whether clientFoundRows is on, because another driver wraps this one and the user may create no temporary table: use mysql.Wrap, or grant CREATE TEMPORARY TABLES to the user: %w", err)
	}
	defer func() {
		_, dropErr := c.ExecContext(ctx, "DROP TEMPORARY TABLE authgen_probe")
		err = errors.Join(err, dropErr)
	}()
	res, err := c.ExecContext(ctx, "UPDATE authgen_probe SET one = 1")
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		err = errChangedRows
	}
	return err
}
