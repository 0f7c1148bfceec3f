package runtime

import (
	"errors"

	"github.com/authgen/authgen/dialect"
)

// A withheldError stands, inside an error of authgen, for a driver's error that may quote a
// value. Its text, and the text of every error that errors.Unwrap returns, tells only the
// kind of failure. errors.As finds the driver's type, without the parts that may quote a
// value.
type withheldError struct {
	text string
	// Functions, because printers that use reflection cannot look into them.
	cause    func() error
	redacted func() error
}

// quoting are the kinds of failures with a text that may quote a value, and the text that is
// shown instead.
var quoting = map[dialect.FaultKind]string{
	dialect.FaultUnique:     "a unique constraint was violated",
	dialect.FaultForeignKey: "a foreign key was violated",
	dialect.FaultData:       "the database refused a value",
}

// withhold returns the error that stands for a driver's error of that kind.
func (db *DB) withhold(kind dialect.FaultKind, err error) error {
	return &withheldError{
		text:     quoting[kind],
		cause:    func() error { return err },
		redacted: func() error { return db.dialect.Redact(err) },
	}
}

func (e *withheldError) Error() string { return e.text }

// Is looks into the driver's error.
func (e *withheldError) Is(target error) bool { return errors.Is(e.cause(), target) }

// As finds the driver's error, without the parts that may quote a value, or another error
// that wraps it.
func (e *withheldError) As(target any) bool {
	if redacted := e.redacted(); redacted != nil && errors.As(redacted, target) {
		return true
	}
	return errors.As(e.cause(), target)
}
