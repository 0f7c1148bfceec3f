package outbox

import (
	"context"
	"errors"
	"fmt"
)

// A Sink takes entries: a broker takes events, an engine takes jobs and attempts
// of deliveries. One goroutine at a time calls Send for each use of the sink in
// a [Config].
type Sink interface {
	// Send takes entries, in their order. After nil all of them are taken, and
	// are not handed over again. After an error none counts as taken, and all
	// come again, unless the error is an [PartialError]. An entry may come again
	// even after nil, if the process dies before that is recorded: recognise it by its
	// ID. The context ends a little ahead of the lease, or
	// when the relay is stopped, and Send returns soon after.
	Send(ctx context.Context, due []Entry) error
}

// A Transactional sink keeps what it takes in the outbox's own database, and
// removes the entries from the outbox in the transaction in which it takes
// them: each is taken exactly once.
type Transactional interface {
	Sink
	// SendTx takes entries and runs the ack, in one transaction. It returns
	// ErrLeaseLost, having rolled back, if the statement matched another number of
	// rows than the ack says.
	SendTx(ctx context.Context, due []Entry, ack Ack) error
}

// An Ack is the statement that removes entries from the outbox.
type Ack struct {
	SQL  string // with the placeholders of the database: $1 on Postgres, otherwise ?
	Args []any
	Rows int64 // how many rows it must match
}

// ErrLeaseLost is what SendTx returns if the lease of the relay on the entries has ended,
// and another relay has handed them over.
var ErrLeaseLost = errors.New("outbox: the lease ended, and another relay has taken the entries")

// A PartialError is what Send returns if it took some entries and not others.
type PartialError struct {
	IDs   []string // of the entries that are to come again
	Cause error
}

// Error tells how many entries were not taken, and why.
func (e *PartialError) Error() string {
	return fmt.Sprintf("%d entries were not taken: %v", len(e.IDs), e.Cause)
}

// Unwrap gives the cause.
func (e *PartialError) Unwrap() error { return e.Cause }
