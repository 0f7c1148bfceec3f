package river

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	riverqueue "github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/runtime"
)

// A Database is where River's tables are: see [Postgres] and [SQLite].
type Database struct{ of backend }

// A backend is what the engine needs of a database, whichever it is.
type backend interface {
	// check refuses a database that River could not work with.
	check(ctx context.Context) error
	// shares returns nil if the tables of app are in this database.
	shares(ctx context.Context, app *runtime.DB) error
	migrate(ctx context.Context, schema string, logger *slog.Logger) error
	// migrated returns nil if River's tables are there, as this River wants them.
	migrated(ctx context.Context, schema string, logger *slog.Logger) error
	client(config *riverqueue.Config) (client, error)
	// refusal tells why the database refused to take jobs.
	refusal(err error) refusal
}

// A refusal is a reason to take jobs in another way.
type refusal uint8

const (
	another refusal = iota // there is no other way
	taken                  // one of the jobs is there already
	notJSON                // the arguments of one are JSON that the database cannot hold
)

// A client is River's client.
type client interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
	Queues() *riverqueue.QueueBundle
	// insert takes jobs in one transaction, with the removal, if there is one.
	// If not fast, those that are there already are passed over.
	insert(ctx context.Context, jobs []riverqueue.InsertManyParams, fast bool, removal *outbox.Ack) error
}

// A database is a backend with transactions of type Tx.
type database[Tx any] struct {
	driver riverdriver.Driver[Tx]
	verify func(ctx context.Context) error
	same   func(ctx context.Context, app *runtime.DB) error
	within func(ctx context.Context, fn func(Tx) error) error // runs fn in a transaction
	exec   func(ctx context.Context, tx Tx, query string, args ...any) (matched int64, err error)
	reason func(error) refusal
}

func (d *database[Tx]) check(ctx context.Context) error { return d.verify(ctx) }

func (d *database[Tx]) shares(ctx context.Context, app *runtime.DB) error { return d.same(ctx, app) }

func (d *database[Tx]) refusal(err error) refusal { return d.reason(err) }

// migrateTries is how often a migration is tried. One fails where another
// process does the same at the same moment; as each version is a transaction,
// the next try goes on where that process is.
const migrateTries = 8

func (d *database[Tx]) migrate(ctx context.Context, schema string, logger *slog.Logger) error {
	migrator, err := rivermigrate.New(d.driver, &rivermigrate.Config{Schema: schema, Logger: logger})
	if err != nil {
		return fmt.Errorf("river: %w", err)
	}
	for try := 1; ; try++ {
		_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
		switch {
		case err == nil:
			return nil
		case try < migrateTries && paused(ctx, time.Duration(try)*50*time.Millisecond):
			continue
		}
		return fmt.Errorf("river: cannot bring River's tables up to date: %w", err)
	}
}

// paused waits for d and a random part of it, and reports whether ctx let it.
func paused(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d + rand.N(d)):
		return true
	case <-ctx.Done():
		return false
	}
}

func (d *database[Tx]) migrated(ctx context.Context, schema string, logger *slog.Logger) error {
	migrator, err := rivermigrate.New(d.driver, &rivermigrate.Config{Schema: schema, Logger: logger})
	if err != nil {
		return fmt.Errorf("river: %w", err)
	}
	result, err := migrator.Validate(ctx, nil)
	if err != nil {
		return fmt.Errorf("river: cannot look at River's tables: %w", err)
	}
	if !result.OK {
		return fmt.Errorf("river: River's tables are missing or not up to date: call Migrate: %s", strings.Join(result.Messages, "; "))
	}
	return nil
}

func (d *database[Tx]) client(config *riverqueue.Config) (client, error) {
	c, err := riverqueue.NewClient(d.driver, config)
	if err != nil {
		return nil, fmt.Errorf("river: %w", err)
	}
	return &clientOf[Tx]{c, d}, nil
}

// A clientOf is River's client on a database.
type clientOf[Tx any] struct {
	*riverqueue.Client[Tx]
	db *database[Tx]
}

// insert runs the removal first: on SQLite, a transaction that begins with a
// write waits for its turn, whereas one that has read may be refused.
func (c *clientOf[Tx]) insert(ctx context.Context, jobs []riverqueue.InsertManyParams, fast bool, removal *outbox.Ack) error {
	return c.db.within(ctx, func(tx Tx) error {
		if removal != nil {
			matched, err := c.db.exec(ctx, tx, removal.SQL, removal.Args...)
			if err != nil {
				return fmt.Errorf("river: cannot remove what River takes from the outbox: %w", err)
			}
			if matched != removal.Rows {
				return outbox.ErrLeaseLost
			}
		}
		var err error
		if fast {
			_, err = c.InsertManyFastTx(ctx, tx, jobs)
		} else {
			_, err = c.InsertManyTx(ctx, tx, jobs)
		}
		if err != nil {
			return fmt.Errorf("river: cannot insert jobs: %w", err)
		}
		return nil
	})
}
