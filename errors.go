package authgen

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// Sentinels for errors.Is, the same on every database. Errors that say more also have a
// type, for errors.As.
var (
	// ErrNotFound: no row has that id or unique value.
	ErrNotFound = errors.New("not found")
	// ErrUnique: another row already has the value; see [UniqueError].
	ErrUnique = errors.New("not unique")
	// ErrForeignKey: the row refers to a row that does not exist, or a row that stays
	// refers to it; see [ForeignKeyError].
	ErrForeignKey = errors.New("foreign key violated")
	// ErrValidation: a value does not fit its field; see [ValidationError].
	ErrValidation = errors.New("not valid")
	// ErrRejected: a trigger refused the write; see [RejectedError].
	ErrRejected = errors.New("rejected")
	// ErrDeletedByTrigger: a trigger deleted the row that the call would have returned.
	ErrDeletedByTrigger = errors.New("deleted by a trigger")
	// ErrImmutable: a trigger changed the id, which cannot change.
	ErrImmutable = errors.New("immutable")
	// ErrConflict: the database asked for another try, and all retries are used up.
	ErrConflict = errors.New("conflict with another transaction")
	// ErrBusy: a lock, a connection or the right to write was not free in time, or the
	// server takes no more connections. Nothing was done.
	ErrBusy = errors.New("busy")
	// ErrDepth: triggers fired each other too deeply, or attached rows without end; see
	// [DepthError].
	ErrDepth = errors.New("triggers nested too deep")
	// ErrCommitUnknown: the answer to COMMIT was lost. The transaction is stored as a whole
	// or not at all.
	ErrCommitUnknown = errors.New("outcome of the commit is unknown")
	// ErrWritten: a write of one statement (U6) is committed, but its row could not be
	// returned, because it has a value, stored by another program, that does not fit its
	// field. Inside a Tx the write is rolled back.
	ErrWritten = errors.New("the write is committed")
	// ErrTxDone: the transaction has ended.
	ErrTxDone = errors.New("the transaction has ended")
	// ErrConcurrentUse: two goroutines used one transaction at once.
	ErrConcurrentUse = errors.New("a transaction is used by two goroutines at once")
	// ErrInsideTx: the db was used inside an open transaction, where the tx must be used.
	ErrInsideTx = errors.New("db is used inside its own transaction: use tx")
	// ErrOutsideTx: the db was asked for a lock, which would end with the call.
	ErrOutsideTx = errors.New("a row is locked until its transaction ends, and this call has none: use tx, inside of db.Tx")
	// ErrReadOnly: a write in a transaction opened with ReadOnly.
	ErrReadOnly = errors.New("the transaction is read-only")
	// ErrUnknownEvent: the schema does not declare an event of this type.
	ErrUnknownEvent = errors.New("the event is not declared")
)

// A UniqueError says which unique fields have values that another row already has.
type UniqueError struct {
	Table  string   // key in schema.yaml
	Fields []string // keys in schema.yaml
	Cause  error    `json:"-"` // the driver's error, without text that may quote a value
}

// Error names table and fields, never their values.
func (e *UniqueError) Error() string {
	return fmt.Sprintf("%s: another row has this %s", e.Table, strings.Join(e.Fields, ", "))
}

// Unwrap gives ErrUnique and the driver's error.
func (e *UniqueError) Unwrap() []error { return []error{ErrUnique, e.Cause} }

// LogValue is the text of Error, for log/slog.
func (e *UniqueError) LogValue() slog.Value { return slog.StringValue(e.Error()) }

// A ForeignKeyError says which reference was violated.
type ForeignKeyError struct {
	Table  string   // key in schema.yaml of the table that was written
	Fields []string // keys of the referring fields, where known

	// Referred says that another row refers to the row that was written or deleted.
	Referred bool
	// Kept says that a trigger kept the reference to a row that is being deleted.
	Kept  bool
	Cause error `json:"-"` // the driver's error, without text that may quote a value
}

// Error names table and fields, never their values.
func (e *ForeignKeyError) Error() string {
	if e.Table == "" { // found at COMMIT, and not in the write of one table
		return "a row refers to one that does not exist"
	}
	if e.Kept {
		return fmt.Sprintf("%s: %s refers to a row that is being deleted: the triggers of the update that sets it to null have to leave the null, set another value, or refuse", e.Table, strings.Join(e.Fields, ", "))
	}
	if e.Referred {
		return e.Table + ": other rows refer to this one"
	}
	if len(e.Fields) == 0 {
		return e.Table + ": a row refers to one that does not exist"
	}
	return fmt.Sprintf("%s: %s refers to a row that does not exist", e.Table, strings.Join(e.Fields, ", "))
}

// Unwrap gives ErrForeignKey and the driver's error.
func (e *ForeignKeyError) Unwrap() []error { return []error{ErrForeignKey, e.Cause} }

// LogValue is the text of Error, for log/slog.
func (e *ForeignKeyError) LogValue() slog.Value { return slog.StringValue(e.Error()) }

// A ValidationError says which field has a value that does not fit, and which rule it
// breaks.
type ValidationError struct {
	Table string // key in schema.yaml
	Field string // key in schema.yaml; empty if more than one field is at fault
	Rule  string // "required", "enum", "maxLength", "pattern", "type", "unique", "increment", "predicate", "limit" or "offset"
	Why   string // what the rule asks for; never the value
	Cause error  `json:"-"` // the driver's error, without text that may quote a value
}

// Error names table, field and rule, never the value.
func (e *ValidationError) Error() string {
	switch {
	case e.Table == "":
		return e.Why
	case e.Field == "":
		return e.Table + ": " + e.Why
	}
	return e.Table + "." + e.Field + ": " + e.Why
}

// Unwrap gives ErrValidation and, if the database refused the value, the driver's error.
func (e *ValidationError) Unwrap() []error {
	if e.Cause == nil {
		return []error{ErrValidation}
	}
	return []error{ErrValidation, e.Cause}
}

// LogValue is the text of Error, for log/slog.
func (e *ValidationError) LogValue() slog.Value { return slog.StringValue(e.Error()) }

// A RejectedError is the error of a trigger that rejects a write. Its text is meant to be
// shown to people.
type RejectedError struct {
	Field   string // field at fault; may be empty
	Code    string // for programs, such as "blocked_domain"
	Message string // for people
	Status  int    // HTTP status of the answer; 0: the server chooses
}

// Reject returns the error with which a trigger rejects a write.
func Reject(field, code, message string) *RejectedError {
	return &RejectedError{Field: field, Code: code, Message: message}
}

// WithStatus returns a copy that asks an HTTP server to answer with that status. A status
// outside of 400 to 599 is ignored, and the server chooses.
func (e *RejectedError) WithStatus(status int) *RejectedError {
	refusal := *e
	refusal.Status = 0
	if status >= 400 && status <= 599 {
		refusal.Status = status
	}
	return &refusal
}

// Error gives field and message.
func (e *RejectedError) Error() string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}

// Unwrap gives ErrRejected.
func (e *RejectedError) Unwrap() error { return ErrRejected }

// A TriggerError says which trigger an error came from.
type TriggerError struct {
	Table   string // key in schema.yaml
	Trigger string // such as "onCreate"

	// Cause is the error that the trigger returned. If it wraps a driver's error that may
	// quote values, errors.As and errors.Is find that error, and its text shows no value.
	Cause error
}

// Error names table and trigger, and gives the text of the cause.
func (e *TriggerError) Error() string {
	return e.Table + "." + e.Trigger + ": " + e.Cause.Error()
}

// Unwrap gives the cause.
func (e *TriggerError) Unwrap() error { return e.Cause }

// LogValue is the text of Error, for log/slog.
func (e *TriggerError) LogValue() slog.Value { return slog.StringValue(e.Error()) }

// MaxTriggerDepth is how many triggers may run inside each other (T3).
const MaxTriggerDepth = 16

// A DepthError says that triggers fired each other without end, or kept attaching rows to
// a row that was being deleted (D3).
type DepthError struct {
	Path     []string // the triggers that were running: "user.onUpdate", "member.onCreate" and so on
	Deleting string   // the table of the row that was being deleted; empty if triggers fired each other
}

// Error gives the path, or the table.
func (e *DepthError) Error() string {
	if e.Deleting != "" {
		return e.Deleting + ": each time that the rows which go with a row were deleted, a trigger attached another"
	}
	return fmt.Sprintf("triggers nested deeper than %d: %s → …", MaxTriggerDepth, strings.Join(e.Path, " → "))
}

// Unwrap gives ErrDepth.
func (e *DepthError) Unwrap() error { return ErrDepth }

// A StatementError is a failed statement of the adapter, if no other error fits.
type StatementError struct {
	Table  string // key in schema.yaml; empty for the transaction's own statements
	Reason string // what failed, for people
	Cause  error  `json:"-"` // the driver's error, without text that may quote a value
}

// Error gives the table and what failed.
func (e *StatementError) Error() string {
	if e.Table == "" {
		return e.Reason
	}
	return e.Table + ": " + e.Reason
}

// Unwrap gives the driver's error.
func (e *StatementError) Unwrap() error { return e.Cause }

// LogValue is the text of Error, for log/slog.
func (e *StatementError) LogValue() slog.Value { return slog.StringValue(e.Error()) }

// A RowError says which of the rows given to CreateMany failed.
type RowError struct {
	Index int   // its index in the list, from 0
	Cause error // why it failed
}

// Error gives the index and the text of the cause.
func (e *RowError) Error() string { return fmt.Sprintf("in[%d]: %v", e.Index, e.Cause) }

// Unwrap gives the cause.
func (e *RowError) Unwrap() error { return e.Cause }

// LogValue is the text of Error, for log/slog.
func (e *RowError) LogValue() slog.Value { return slog.StringValue(e.Error()) }
