package criteria

// A Query says which rows of a table to read.
type Query struct {
	Where   Expr
	OrderBy []OrderTerm
	Limit   int // 0: no limit
	Offset  int
	Lock    Lock // how the rows are locked
}

// An OrderTerm is one column to sort by. Null sorts before every value, so
// first ascending and last descending, on every database.
type OrderTerm struct {
	Column     string
	Descending bool
}

// A Lock says how the rows that are read are locked until the unit ends.
type Lock uint8

// The locks. A row that is locked for an update keeps its key, so that other transactions can
// store rows that refer to it. A lock for a delete waits for those transactions, so that
// the delete finds their rows.
const (
	NoLock Lock = iota
	LockUpdate
	LockDelete
)
