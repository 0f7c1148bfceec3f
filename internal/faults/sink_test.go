package faults

import (
	"context"
	"errors"

	"github.com/authgen/authgen/outbox"
)

// A plain sink takes events at least once.
type plain struct{ *program }

func (s plain) Send(_ context.Context, due []outbox.Entry) error {
	for _, entry := range due {
		a, err := arrivalOf(entry.Body)
		if err != nil {
			return err
		}
		s.tell("taken", a)
	}
	s.gate.here("taken")
	return nil
}

// A shared sink takes events into a table of the application's database, each
// exactly once.
type shared struct{ *program }

func (s shared) Send(context.Context, []outbox.Entry) error {
	return errors.New("a sink that shares the database is called with a removal")
}

// SendTx goes on after its context has ended, as a process does that nobody has
// told so.
func (s shared) SendTx(ctx context.Context, due []outbox.Entry, removal outbox.Ack) error {
	ctx = context.WithoutCancel(ctx)
	tx, err := s.apart.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing, after Commit
	for _, entry := range due {
		a, err := arrivalOf(entry.Body)
		if err != nil {
			return err
		}
		if err := sharedTable.insert(ctx, tx, a); err != nil {
			return err
		}
	}
	s.gate.here("inserted")
	result, err := tx.ExecContext(ctx, removal.SQL, removal.Args...)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != removal.Rows {
		s.tell("late", arrival{})
		return errors.Join(outbox.ErrLeaseLost, err)
	}
	s.gate.here("removed")
	if err := tx.Commit(); err != nil {
		return err
	}
	s.gate.here("stored")
	return nil
}
