package runtime

import (
	"context"
	"errors"
)

// Raw calls use with the driver's connection of the transaction. It is for a package
// that speaks to a driver past database/sql: dialect/postgres makes a pgx.Tx this way.
// The observer is told query. use must not keep the connection. The result that
// use returns may be nil. It is closed before the next savepoint, commit or rollback at the
// latest.
//
// A unit that joined a transaction of the caller has no such connection.
func (s *SQLTx) Raw(ctx context.Context, query string, use func(ctx context.Context, driverConn any) (RawResult, error)) error {
	ctx, done, err := s.start(ctx, query)
	if err != nil {
		return err
	}
	returned := false
	defer s.tx.release(&returned)
	if s.tx.pinned == nil {
		err = errNoRaw
	} else {
		err = s.tx.pinned.Raw(func(driverConn any) error {
			result, err := use(ctx, driverConn)
			if result != nil {
				s.tx.handed.raw = append(s.tx.handed.raw, result)
			}
			return err
		})
		s.note(ctx, err)
	}
	done(err)
	returned = true
	return err
}

// A RawResult is what a program reads after Raw has returned.
type RawResult interface {
	// Open reports whether it holds the connection.
	Open() bool
	// Close ends it. It may be closed already.
	Close()
	// Err returns the error that it ran into, once it is closed.
	Err() error
}

var errNoRaw = errors.New("the transaction was begun by the program and joined: use its own handle, which the program has")
