package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"reflect"
	"strings"

	"github.com/authgen/authgen/dialect"
)

// Classify reads the number of a failure, which MariaDB and MySQL share, and the class of its
// SQLSTATE if the number is not enough.
func (*mysqlDialect) Classify(err error) dialect.Fault {
	reported, ok := report(err)
	if !ok {
		return dialect.Fault{Kind: classifyUnreported(err)}
	}
	if column, ok := tooLong(reported.message); ok && reported.number == outOfRange {
		return dialect.Fault{Kind: dialect.FaultUnsorted, Column: column}
	}
	fault := dialect.Fault{Kind: kindOf(reported)}
	switch fault.Kind {
	case dialect.FaultUnique:
		fault.Constraint = quotedLast(reported.message)
	case dialect.FaultForeignKey:
		fault.Constraint = backquotedBehind(reported.message, "CONSTRAINT ")
	case dialect.FaultData:
		fault.Column, fault.Check = columnIn(reported.message), failedCheck(reported)
	}
	return fault
}

// outOfRange is the number of the error for arithmetic that leaves the range of its type.
const outOfRange = 1690

func kindOf(e reported) dialect.FaultKind {
	switch n := e.number; n {
	case 1062, 1169, 1586, 1859:
		return dialect.FaultUnique
	case 1216, 1217, 1451, 1452, 1761, 1762:
		return dialect.FaultForeignKey
	case 1213, // a deadlock, which undoes the transaction
		1020, 1412, // a row or a table has changed since it was read
		1615: // a prepared statement is of no use any more
		return dialect.FaultRetry
	case 1205, // a lock timeout, which undoes only the statement
		1689, 3572: // another transaction has the lock, or would have to be waited for
		return dialect.FaultLockWait
	case 1180: // a failure during COMMIT, for example a deadlock with another node of a cluster
		if strings.Contains(e.message, "error 149") {
			return dialect.FaultRetry
		}
		return dialect.FaultLost
	case 1290: // an option of the server's forbids it
		if strings.Contains(e.message, "read-only") || strings.Contains(e.message, "read_only") {
			return dialect.FaultReadOnly
		}
		return dialect.FaultOther
	case 1792, 1836, 3100: // a read-only transaction or server; a cluster that refuses the commit of this node
		return dialect.FaultReadOnly
	case 1040, 1203, 1226: // too many connections, of all users or of one; a limit of the user's
		return dialect.FaultFull
	case 3008: // MySQL's for cascades that are too deep
		return dialect.FaultDepth
	case 1296: // an error of the storage engine; 193 is MariaDB's for the same
		if strings.HasPrefix(e.message, "Got error 193 ") {
			return dialect.FaultDepth
		}
		return dialect.FaultOther
	case 1146:
		return dialect.FaultNoTable
	case 1317, 1969, 3024: // KILL QUERY, max_statement_time, max_execution_time
		return dialect.FaultInterrupted
	case 1053, 1927, 4031, // the server stops, KILL, idle for too long
		1047,             // a node of a cluster that is not ready
		1184, 2006, 2013, // the network
		1077, 1078, 1079, 1152, 1153, 1154, 1155, 1156, 1157, 1158, 1159, 1160, 1161:
		return dialect.FaultLost
	case 1038:
		return dialect.FaultUnsorted
	case 1264, 1265, 1292, 1364, 1366, 1406, 1411, 1525, outOfRange, 3140: // values that do not fit
		return dialect.FaultData
	case 1644, 3819, 4025: // SIGNAL in a trigger of the database's, CHECK
		return dialect.FaultData
	}
	if strings.HasPrefix(e.state, "40") { // the transaction was rolled back, as by a cluster (3101)
		return dialect.FaultRetry
	}
	if strings.HasPrefix(e.state, "22") || strings.HasPrefix(e.state, "23") {
		return dialect.FaultData
	}
	return dialect.FaultOther
}

// failedCheck returns the name of the CHECK that refused a row. MariaDB calls the CHECK of a
// column "table.column".
func failedCheck(e reported) string {
	switch e.number {
	case 4025:
		return backquotedBehind(e.message, "CONSTRAINT ")
	case 3819: // Check constraint 'name' is violated.
		_, rest, _ := strings.Cut(e.message, "'")
		name, _, _ := strings.Cut(rest, "'")
		return name
	}
	return ""
}

// lost has the driver's own errors for a connection that can no longer be used.
var lost = []string{"invalid connection", "bad connection", "malformed packet", "commands out of sync"}

// classifyUnreported classifies failures that the server did not report.
func classifyUnreported(err error) dialect.FaultKind {
	var network net.Error
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded): // the context of an earlier statement
		return dialect.FaultInterrupted
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &network):
		return dialect.FaultLost
	}
	text := err.Error()
	for _, l := range lost {
		if strings.Contains(text, l) {
			return dialect.FaultLost
		}
	}
	return dialect.FaultOther
}

// A reported is the server's report of a failure.
type reported struct {
	number         uint16
	state, message string
}

// driverPath is the package of the driver. Errors of other packages are ignored.
const driverPath = "github.com/go-sql-driver/mysql"

// report returns the server's report. It does not import the driver, whose error is a struct
// with the fields Number, SQLState and Message.
func report(err error) (r reported, ok bool) {
	v, ok := find(err)
	if !ok {
		return r, false
	}
	r = reported{number: uint16(v.FieldByName("Number").Uint()), message: v.FieldByName("Message").String()}
	if state := v.FieldByName("SQLState"); state.IsValid() && state.Kind() == reflect.Array {
		r.state = stateOf(state)
	}
	return r, true
}

// find returns the driver's error as a struct.
func find(err error) (v reflect.Value, ok bool) {
	if err == nil {
		return v, false
	}
	if v := reflect.Indirect(reflect.ValueOf(err)); v.Kind() == reflect.Struct && v.Type().PkgPath() == driverPath && v.Type().Name() == "MySQLError" {
		return v, true
	}
	switch u := err.(type) {
	case interface{ Unwrap() error }:
		return find(u.Unwrap())
	case interface{ Unwrap() []error }:
		for _, e := range u.Unwrap() {
			if v, ok := find(e); ok {
				return v, true
			}
		}
	}
	return v, false
}

// Redact keeps only the number and the state.
func (*mysqlDialect) Redact(err error) error {
	v, ok := find(err)
	if !ok {
		return nil
	}
	redacted := reflect.New(v.Type())
	redacted.Elem().Set(v)
	message := redacted.Elem().FieldByName("Message")
	if !message.CanSet() {
		return nil
	}
	message.SetString(dialect.Withheld)
	same, _ := redacted.Interface().(error)
	return same
}

func stateOf(v reflect.Value) string {
	state := make([]byte, v.Len())
	for i := range state {
		state[i] = byte(v.Index(i).Uint())
	}
	return string(state)
}
