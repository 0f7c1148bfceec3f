package main

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/examples/quickstart/auth"
	"github.com/authgen/authgen/outbox"
)

// SendReminder reminds a user to confirm the address.
type SendReminder struct {
	UserID auth.UserID `json:"userId"`
}

// JobType names the job.
func (SendReminder) JobType() string { return "send_reminder" }

// TestJobs runs what docs/jobs.md shows.
func TestJobs(t *testing.T) {
	ctx := t.Context()
	db, err := auth.Open(ctx, sqlite.Open(filepath.Join(t.TempDir(), "app.db")), auth.NoTriggers{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	ada, eve := auth.UserID("ada"), auth.UserID("eve")
	for _, id := range []auth.UserID{ada, eve} {
		if err := remind(ctx, db, id, 0); err != nil {
			t.Fatal(err)
		}
	}
	if taken, err := confirm(ctx, db, eve); err != nil || !taken {
		t.Fatalf("the reminder of eve was taken back: %v, %v", taken, err)
	}
	reminded := make(chan auth.UserID, 2)
	stop := work(ctx, db, func(id auth.UserID) { reminded <- id })
	select {
	case id := <-reminded:
		if id != ada {
			t.Errorf("%s was reminded", id)
		}
	case <-time.After(time.Minute):
		t.Error("nobody was reminded")
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// remind schedules a reminder as part of a transaction.
func remind(ctx context.Context, db *auth.DB, id auth.UserID, after time.Duration) error {
	return db.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
		return tx.Schedule(ctx, SendReminder{UserID: id}, auth.After(after), auth.UniqueKey(string(id)))
	})
}

// confirm takes the reminder back, if it still waits.
func confirm(ctx context.Context, db *auth.DB, id auth.UserID) (taken bool, err error) {
	err = db.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
		taken, err = tx.Cancel(ctx, SendReminder{}, string(id))
		return err
	})
	return taken, err
}

// work runs jobs in this process, until the function that it returns is called.
func work(ctx context.Context, db *auth.DB, remind func(auth.UserID)) (stop func() error) {
	handlers := outbox.NewHandlers()
	outbox.Handle(handlers, func(ctx context.Context, job SendReminder) error {
		remind(job.UserID)
		return nil
	})

	box := outbox.New(db.Outbox())
	engine := outbox.Direct(box, 8, box.Runner(handlers, nil))
	relay := outbox.NewRelay(box, outbox.Config{Engine: engine})
	running, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- relay.Run(running) }()
	return func() error {
		cancel()
		return errors.Join(<-done, engine.Close(ctx))
	}
}
