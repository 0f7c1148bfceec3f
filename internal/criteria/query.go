package criteria

// A Query is what to read of a table.
type Query struct {
	Where   Expr
	OrderBy []OrderTerm
	Limit   int // 0: no limit
	Offset  int
	Lock    Lock // what the rows are locked for
}

// An OrderTerm is one column to sort by. Null sorts before every value, so
// first ascending and last descending, on every database.
type OrderTerm struct {
	Column     string
	Descending bool
}

// A Lock is what a row that is read is locked for, until the unit ends.
type Lock uint8

// What rows are locked for. One that is locked for an update keeps its key, so
// that other transactions may go on storing rows that refer to it; one that is
// to be deleted waits for them, so that it finds theirs.
const (
	NoLock Lock = iota
	LockUpdate
	LockDelete
)
