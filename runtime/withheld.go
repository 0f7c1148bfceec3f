package runtime

import (
	"errors"

	"github.com/authgen/authgen/dialect"
)

// A withheldError stands below ours for a driver's error that may quote a value.
// What prints it, or prints what errors.Unwrap leads to, sees no more than what
// kind of failure it was; errors.As finds the driver's type, without what may
// quote.
type withheldError struct {
	text string
	// Functions, into which printers that go by reflection cannot look.
	cause    func() error
	redacted func() error
}

// quoting are the kinds of failures whose text may quote a value, and what is
// shown instead.
var quoting = map[dialect.FaultKind]string{
	dialect.FaultUnique:     "a unique constraint was violated",
	dialect.FaultForeignKey: "a foreign key was violated",
	dialect.FaultData:       "the database refused a value",
}

// withhold returns what stands for a driver's error of that kind.
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

// As gives the driver's error without what may quote a value, or what else the
// error was wrapped in.
func (e *withheldError) As(target any) bool {
	if redacted := e.redacted(); redacted != nil && errors.As(redacted, target) {
		return true
	}
	return errors.As(e.cause(), target)
}
