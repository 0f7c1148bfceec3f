package webhook

import (
	"context"
	"database/sql"
)

// A Store remembers which events were handled.
type Store interface {
	// Receive calls handle in a transaction, unless the event was handled
	// already, or is stale. What it remembers of the event it writes in the same
	// transaction, which it rolls back if handle fails or panics. Of two calls
	// with events of one document, whose id may be of any length, the second
	// waits for the first.
	//
	// The receipt counts only without an error. The error of handle is returned
	// as it is.
	Receive(ctx context.Context, event Event, handle func(context.Context) error) (Receipt, error)
}

// A Receipt is what became of an event that was received.
type Receipt string

// The receipts.
const (
	// Done: it was handled.
	Done Receipt = "done"
	// Duplicate: it was handled before.
	Duplicate Receipt = "duplicate"
	// Stale: it came after a newer event that makes it void.
	Stale Receipt = "stale"
)

type receivingKey struct{}

// receiving is what the context of a handle carries.
type receiving struct {
	tx         *sql.Tx
	superseded bool
}

// TxFrom returns the transaction in which an [SQLStore] has an event handled; nil
// if ctx is not that of such a call. Commit and Rollback are the store's to call.
func TxFrom(ctx context.Context) *sql.Tx {
	r, _ := ctx.Value(receivingKey{}).(receiving)
	return r.tx
}

// Superseded reports whether an [SQLStore] has already handled a newer event of the same
// document, of another type. A program that keeps a copy of the document then leaves the
// copy as it is. A program that only wants to know that something happened need not ask.
func Superseded(ctx context.Context) bool {
	r, _ := ctx.Value(receivingKey{}).(receiving)
	return r.superseded
}
