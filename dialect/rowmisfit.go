package dialect

import (
	"fmt"
	"strconv"
)

// A ColumnError says which column of a row does not fit the Go value that it is read into.
type ColumnError struct {
	Column int    // its index, from 0
	Of     int    // how many columns the row has
	ID     string // the first column as text, if that was read and is text or a number
	Cause  error
}

// NewColumnError returns the error for a column that does not fit. Dest is what the row is
// read into. It is for dialects.
func NewColumnError(column int, dest []any, cause error) error {
	e := &ColumnError{Column: column, Of: len(dest), Cause: cause}
	if column > 0 {
		switch id := dest[0].(type) {
		case *string:
			e.ID = *id
		case *int64:
			e.ID = strconv.FormatInt(*id, 10)
		}
	}
	return e
}

// Error gives only the index.
func (e *ColumnError) Error() string { return fmt.Sprintf("column %d: %v", e.Column+1, e.Cause) }

// Unwrap gives the cause.
func (e *ColumnError) Unwrap() error { return e.Cause }

// A MisfitError says that a row does not fit the Go types that it is read into.
type MisfitError struct{ Cause error }

// Error gives neither field nor value. Cause may quote them.
func (e *MisfitError) Error() string { return "a stored value does not fit the Go type of its field" }

// Unwrap gives the cause.
func (e *MisfitError) Unwrap() error { return e.Cause }
