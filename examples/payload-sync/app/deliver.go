package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/authgen/authgen/examples/payload-sync/auth"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/webhook"
)

// deliver delivers the events of db to the endpoint until ctx ends, and then finishes the
// attempts that have begun. Events that are not delivered by then stay in the database
// for the next start.
func deliver(ctx context.Context, db *auth.DB, endpoint webhook.Endpoint, logger *slog.Logger) error {
	sender, err := webhook.New([]webhook.Endpoint{endpoint})
	if err != nil {
		return err
	}
	defer sender.Close()
	box := outbox.New(db.Outbox(), outbox.WithLogger(logger), outbox.WithTracer(attemptLog{logger}))
	engine := outbox.Direct(box, 1, box.Runner(nil, sender))
	relay := outbox.NewRelay(box, outbox.Config{
		Router:    sender,
		Deliverer: sender,
		Engine:    engine,
		// After a crash, attempts that had begun wait for this long.
		Lease: 10 * time.Second,
	})
	err = relay.Run(ctx)
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), attemptTime)
	defer cancel()
	return errors.Join(err, engine.Close(patience))
}
