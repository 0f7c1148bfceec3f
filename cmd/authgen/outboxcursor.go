package main

import (
	"fmt"
	"strings"
)

// A cursor is how far a reconciliation has come: in which table, in which of its
// two passes, and behind which document.
type cursor struct {
	table string
	gone  bool   // the second pass, which looks for documents without a row
	after string // empty: at its beginning
}

const (
	rowsPass = "rows"
	gonePass = "gone"
)

// String returns the cursor as --after takes it: "user/rows/8fK2".
func (c cursor) String() string {
	pass := rowsPass
	if c.gone {
		pass = gonePass
	}
	return c.table + "/" + pass + "/" + c.after
}

// readCursor reads what String returns.
func readCursor(text string) (cursor, error) {
	parts := strings.SplitN(text, "/", 3) // an id may have a slash, the key of a table has none
	if len(parts) != 3 || parts[1] != rowsPass && parts[1] != gonePass {
		return cursor{}, fmt.Errorf("--after %s is no cursor that reconcile printed: leave it out to begin again", quoted(text))
	}
	return cursor{table: parts[0], gone: parts[1] == gonePass, after: parts[2]}, nil
}
