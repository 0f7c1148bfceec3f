package river

import (
	"context"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/runtime"
)

// A Shared is an engine in the outbox's own database. It is an
// outbox.Transactional.
type Shared struct{ *Engine }

// OpenShared returns an engine whose tables are in the database of the outbox,
// which is that of app: a job leaves the outbox in the transaction in which
// River takes it. It returns an error if the two are not the same database, or
// the outbox's tables are missing.
func OpenShared(ctx context.Context, db Database, app *runtime.DB, config Config) (*Shared, error) {
	e, err := Open(ctx, db, config)
	if err != nil {
		return nil, err
	}
	if err := e.db.shares(ctx, app); err != nil {
		return nil, err
	}
	return &Shared{e}, nil
}

// SendIn takes entries and removes them from the outbox in one transaction. It
// returns outbox.ErrLeaseLost, and takes none, if they are not there any more.
func (s *Shared) SendTx(ctx context.Context, due []outbox.Entry, removal outbox.Ack) error {
	return s.take(ctx, due, &removal)
}
