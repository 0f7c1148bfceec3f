package reconcile

import "strings"

// A Cursor is how far a [Comparison] has come: in which table, in which of its
// two passes, and behind which document.
type Cursor struct {
	Table string // its key in schema.yaml
	Gone  bool   // the second pass, which looks for documents without a row
	After string // empty: at its beginning
}

const (
	rowsPass = "rows"
	gonePass = "gone"
)

// String returns the cursor as a text: "user/rows/8fK2".
func (c Cursor) String() string {
	pass := rowsPass
	if c.Gone {
		pass = gonePass
	}
	return c.Table + "/" + pass + "/" + c.After
}

// ReadCursor reads what String returns. Ok is false for another text.
func ReadCursor(text string) (c Cursor, ok bool) {
	parts := strings.SplitN(text, "/", 3) // an id may have a slash, the key of a table has none
	if len(parts) != 3 || parts[1] != rowsPass && parts[1] != gonePass {
		return Cursor{}, false
	}
	return Cursor{Table: parts[0], Gone: parts[1] == gonePass, After: parts[2]}, true
}
