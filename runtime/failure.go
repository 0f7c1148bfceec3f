package runtime

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// failure translates a driver's error into the error of the contract. t is the table of the
// statement, or nil for a statement of the transaction itself.
func (db *DB) failure(ctx context.Context, t *dialect.Table, err error) error {
	if err == nil || contractual(err) {
		return err
	}
	if ctx.Err() != nil {
		return &interruptedError{why: contextError(ctx), cause: err}
	}
	key := keyOrNone(t)
	if errors.Is(err, sql.ErrTxDone) { // the unit joined the transaction, and its owner ended it
		return &authgen.StatementError{Table: key, Reason: authgen.ErrTxDone.Error(), Cause: errors.Join(authgen.ErrTxDone, err)}
	}
	if misfit := (*dialect.MisfitError)(nil); errors.As(err, &misfit) {
		return &authgen.StatementError{Table: key, Reason: misfitText(t, misfit), Cause: err}
	}
	fault := db.dialect.Classify(err)
	switch fault.Kind {
	case dialect.FaultRetry:
		return &retryError{as: authgen.ErrConflict, cause: err}
	case dialect.FaultLockWait:
		return &retryError{as: errLockWait, cause: err}
	case dialect.FaultStale:
		return &retryError{as: &authgen.StatementError{Table: key, Reason: err.Error(), Cause: err}, cause: err, leave: true}
	case dialect.FaultReadOnly:
		return &retryError{as: &authgen.StatementError{Table: key, Reason: errDemoted.Error(), Cause: errors.Join(errDemoted, err)}, cause: err, leave: true}
	case dialect.FaultFull:
		return &busyError{text: "the server takes no more connections: lower the limits of the pools that connect to it (SetMaxOpenConns), or raise its own", cause: err}
	case dialect.FaultUnique:
		return db.uniqueError(ctx, t, key, fault, db.withhold(dialect.FaultUnique, err))
	case dialect.FaultForeignKey:
		return db.foreignError(ctx, t, key, fault, db.withhold(dialect.FaultForeignKey, err))
	case dialect.FaultData:
		return db.dataError(ctx, t, key, fault, db.withhold(dialect.FaultData, err))
	case dialect.FaultInterrupted:
		return &interruptedError{why: context.Canceled, cause: err}
	case dialect.FaultLost:
		if isOver(ctx) { // the driver may time out a little ahead of the context's own timer
			return &interruptedError{why: context.DeadlineExceeded, cause: err}
		}
		return &lostError{cause: err, undone: fault.Undone}
	case dialect.FaultDepth:
		return tooDeep(key, err)
	case dialect.FaultUnsorted:
		return &authgen.StatementError{Table: key, Reason: unsortedText(t, fault), Cause: err}
	case dialect.FaultNoTable:
		return &authgen.StatementError{Table: key, Reason: err.Error(), Cause: errors.Join(errNoTable, err)}
	case dialect.FaultNoTransaction:
		return &lostError{cause: fmt.Errorf("%w: %w", errVanished, err), undone: true}
	}
	return &authgen.StatementError{Table: key, Reason: err.Error(), Cause: err}
}

// keyOrNone returns the key of a statement's table, or nothing if it had none.
func keyOrNone(t *dialect.Table) string {
	if t == nil {
		return ""
	}
	return t.Key
}

// contractual reports whether err is one of this package's errors already, so
// that its text is safe and it needs no translation.
func contractual(err error) bool {
	return anywhere(err, func(err error) bool {
		switch err.(type) {
		case *retryError, *busyError, *authgen.UniqueError, *authgen.ForeignKeyError, *authgen.ValidationError, *authgen.StatementError, *interruptedError, *lostError, *abortedError, *withheldError:
			return true
		}
		return false
	})
}

// anywhere reports whether is holds for err, or for an error that it wraps. It is
// errors.As without reflection, because every error of a trigger, even a plain
// rejection, is looked into several times.
func anywhere(err error, is func(error) bool) bool {
	for err != nil {
		if is(err) {
			return true
		}
		switch wrapped := err.(type) {
		case interface{ Unwrap() error }:
			err = wrapped.Unwrap()
		case interface{ Unwrap() []error }:
			for _, err := range wrapped.Unwrap() {
				if anywhere(err, is) {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
	return false
}

// uniqueError names the fields of the violated constraint. If even the catalog does not
// know the constraint, uniqueError names it as the driver's error does.
func (db *DB) uniqueError(ctx context.Context, t *dialect.Table, key string, fault dialect.Fault, cause error) error {
	for _, written := range [...]bool{true, false} { // several tables may have an index of that name
		for _, t := range db.tables {
			if written != (t.Key == key) {
				continue
			}
			for _, u := range t.Uniques {
				if isNamed(t, u, fault.Constraint, written) {
					return &authgen.UniqueError{Table: t.Key, Fields: u.Fields, Cause: cause}
				}
			}
		}
	}
	fields := []string{fault.Constraint}
	if c, ok := db.lookUp(ctx, fault, t); ok {
		key, fields = c.keys(db)
	}
	return &authgen.UniqueError{Table: key, Fields: fields, Cause: cause}
}

// isNamed reports whether a database calls the constraint of u by that name. It is the name
// of the index, with the table ahead of it on MySQL. On SQLite it names the columns.
func isNamed(t *dialect.Table, u dialect.Unique, constraint string, written bool) bool {
	if constraint == dotted(t.Name, u.Columns) {
		return true
	}
	if u.Index == "" { // the primary key
		return constraint == t.Name+"_pkey" || constraint == t.Name+".PRIMARY" || written && constraint == "PRIMARY"
	}
	return constraint == u.Index || constraint == t.Name+"."+u.Index
}

// dotted returns the columns in the form in which SQLite names a constraint.
func dotted(table string, columns []string) string {
	var b strings.Builder
	for i, c := range columns {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(table + "." + c)
	}
	return b.String()
}

// foreignError names the fields of the violated foreign key, if the database names the key.
// A key of another table than the one that was written is a reference to the row.
func (db *DB) foreignError(ctx context.Context, t *dialect.Table, key string, fault dialect.Fault, cause error) error {
	table, fields := db.foreignFields(fault.Constraint)
	if fields == nil {
		if c, ok := db.lookUp(ctx, fault, t); ok {
			table, fields = c.keys(db)
		}
	}
	return &authgen.ForeignKeyError{Table: key, Fields: fields, Referred: key != "" && table != "" && table != key, Cause: cause}
}

// foreignFields returns the table and the fields of one of our foreign keys.
func (db *DB) foreignFields(constraint string) (table string, fields []string) {
	for _, t := range db.tables {
		for _, f := range t.Foreign {
			if f.Constraint == constraint && constraint != "" {
				return t.Key, []string{f.Field}
			}
		}
	}
	return "", nil
}

// safeText returns the text of an error without what a driver may have quoted.
func (db *DB) safeText(err error) string {
	if db == nil || contractual(err) { // without a db, the program made the error
		return err.Error()
	}
	if text, ok := quoting[db.dialect.Classify(err).Kind]; ok {
		return text
	}
	return err.Error()
}

// safe returns an error of user code as it is. If it is a driver's error that may quote a
// value, safe returns an error that stands for it.
func (db *DB) safe(err error) error {
	switch err.(type) {
	case *authgen.RejectedError, *authgen.TriggerError:
		return err
	}
	if contractual(err) {
		return err
	}
	if kind := db.dialect.Classify(err).Kind; quoting[kind] != "" {
		return db.withhold(kind, err)
	}
	return err
}

// contextError returns why ctx ended: its Err, and its cause if the cause says more.
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if cause == nil || errors.Is(err, cause) {
		return err
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// isOver reports whether the deadline of ctx has passed.
func isOver(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && !time.Now().Before(deadline)
}

// errDemoted says that the server takes no writes.
var errDemoted = errors.New("the server is read-only: it may have been made a replica of another one, or be set to read_only")

// errNoTable says that a table does not exist. It replaces the driver's text.
var errNoTable = errors.New("no such table")

// A busyError says that something was not free in time.
type busyError struct {
	text  string // names no user, database or server, as the driver's text may
	cause error  // may be nil
}

func (e *busyError) Error() string { return e.text }

func (e *busyError) Unwrap() []error {
	if e.cause == nil {
		return []error{authgen.ErrBusy}
	}
	return []error{authgen.ErrBusy, e.cause}
}

// An interruptedError says that the context of a statement, or of a unit, ended.
type interruptedError struct{ why, cause error }

func (e *interruptedError) Error() string { return e.why.Error() }

func (e *interruptedError) Unwrap() []error {
	if e.cause == nil {
		return []error{e.why}
	}
	return []error{e.why, e.cause}
}

// A lostError says that a connection or a transaction is gone.
type lostError struct {
	cause  error
	undone bool // nothing of the transaction is stored
}

func (e *lostError) Error() string { return "the transaction is lost: " + e.cause.Error() }

func (e *lostError) Unwrap() error { return e.cause }

// An abortedError is the error of every statement after a failed one (U8).
type abortedError struct {
	first error
	text  string
}

func (e *abortedError) Error() string {
	return "an earlier failure ended this transaction; handle it with a nested Tx: " + e.text
}

func (e *abortedError) Unwrap() error { return e.first }

// An afterwardsError is an error that came after the failure that ended the unit.
type afterwardsError struct {
	err, first error
	text       string // of err, without what a driver may have quoted
}

func (e *afterwardsError) Error() string {
	var ended *abortedError
	if errors.As(e.first, &ended) && strings.Contains(e.text, ended.text) { // it is the same failure, in the driver's words
		return e.text
	}
	return e.text + " (after: " + e.first.Error() + ")"
}

func (e *afterwardsError) Unwrap() []error { return []error{e.err, e.first} }
