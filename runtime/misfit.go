package runtime

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/authgen/authgen/dialect"
)

// misfitText says which field of which row of a table does not fit. It never tells the
// value. It names no field if the rows have other columns than the table.
func misfitText(t *dialect.Table, err *dialect.MisfitError) string {
	column := (*dialect.ColumnError)(nil)
	if t == nil || !errors.As(err, &column) || column.Of != len(t.Fields) {
		return err.Error()
	}
	f, row := t.Fields[column.Column], "a row"
	if column.ID != "" {
		row = "the row " + strconv.Quote(column.ID)
	}
	return fmt.Sprintf("%s holds in %s what is no %s that the field can have: correct it in the database", row, f.Key, f.Type)
}

// misplaced finds the column that database/sql could not read. It reads each column again,
// by itself.
func misplaced(r dialect.Row, dest []any, err error) error {
	var ignored any
	for i, d := range dest {
		alone := make([]any, len(dest))
		for j := range alone {
			alone[j] = &ignored
		}
		alone[i] = d
		if cause := r.Scan(alone...); cause != nil {
			return dialect.NewColumnError(i, dest, cause)
		}
	}
	return err
}
