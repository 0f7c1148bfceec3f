package river_test

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/river"
	"github.com/authgen/authgen/runtime"
)

// A sender is what webhook.New returns.
type sender interface {
	outbox.Deliverer
	outbox.Router
}

// River in the application's own Postgres, and a relay beside it. db is
// db.Outbox() of the generated package.
func ExampleOpenShared() {
	run := func(ctx context.Context, pool *pgxpool.Pool, db *runtime.DB, sender sender, handlers *outbox.Handlers) (err error) {
		box := outbox.New(db)
		engine, err := river.OpenShared(ctx, river.Postgres(pool), db, river.Config{
			Handlers:  handlers,
			Outbox:    box,
			Deliverer: sender,
		})
		if err != nil {
			return err
		}
		if err := engine.Migrate(ctx); err != nil {
			return err
		}
		if err := engine.Start(ctx); err != nil {
			return err
		}
		defer func() {
			patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
			defer cancel()
			err = errors.Join(err, engine.Stop(patience))
		}()
		relay := outbox.NewRelay(box, outbox.Config{Engine: engine, Deliverer: sender, Router: sender})
		return relay.Run(ctx)
	}
	_ = run
}

// Beside a MySQL or MariaDB, River's tables are in a file of their own.
func ExampleOpen() {
	open := func(ctx context.Context, handlers *outbox.Handlers) (*river.Engine, error) {
		pool, err := sql.Open("sqlite", "file:river.db?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=busy_timeout(10000)&_txlock=immediate")
		if err != nil {
			return nil, err
		}
		return river.Open(ctx, river.SQLite(pool), river.Config{Handlers: handlers})
	}
	_ = open
}
