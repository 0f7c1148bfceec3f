package dialect

import (
	"fmt"
	"strconv"
)

// A ColumnError is the column of a row that does not fit what it is read into.
type ColumnError struct {
	Column int    // its place, from 0 on
	Of     int    // how many columns the row has
	ID     string // the text of the first, where that was read and is text or a number
	Cause  error
}

// NewColumnError returns the error of a column that does not fit. dest is what the
// row is read into. It is for dialects.
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

// Error tells the place only.
func (e *ColumnError) Error() string { return fmt.Sprintf("column %d: %v", e.Column+1, e.Cause) }

// Unwrap gives the cause.
func (e *ColumnError) Unwrap() error { return e.Cause }

// A MisfitError is a row that does not fit the Go types it is read into.
type MisfitError struct{ Cause error }

// Error tells neither field nor value, which Cause may quote.
func (e *MisfitError) Error() string { return "a stored value does not fit the Go type of its field" }

// Unwrap gives the cause.
func (e *MisfitError) Unwrap() error { return e.Cause }
