// Signup signs up a user from time to time, and sends the events to the
// receiver.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	_ "modernc.org/sqlite" // the driver

	"github.com/authgen/authgen/examples/quickstart/auth"
	"github.com/authgen/authgen/examples/quickstart/triggers"
	"github.com/authgen/authgen/examples/quickstart/webhook/demo"
	"github.com/authgen/authgen/runtime/outbox"
	"github.com/authgen/authgen/runtime/sqlite"
	"github.com/authgen/authgen/runtime/webhook"
)

func main() {
	address := flag.String("to", demo.Address, "where the receiver listens")
	file := flag.String("db", "signup.db", "the SQLite file of the users")
	every := flag.Duration("every", 2*time.Second, "how often somebody signs up")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *address, *file, *every); err != nil {
		fmt.Fprintln(os.Stderr, "signup:", err)
		os.Exit(1)
	}
}

// run signs up users until ctx ends.
func run(ctx context.Context, out io.Writer, address, file string, every time.Duration) (err error) {
	noMail := func(context.Context, string, string) error { return nil }
	db, err := auth.Open(ctx, sqlite.Open(file), &triggers.Triggers{Mail: noMail})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.CreateTables(ctx); err != nil {
		return err
	}
	stop, err := deliver(ctx, db, address)
	if err != nil {
		return err
	}
	defer stop()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := signUp(ctx, db, out); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// deliver sends what the transactions of db record to the receiver, until ctx
// ends. What it returns waits for that.
func deliver(ctx context.Context, db *auth.DB, address string) (stop func(), err error) {
	sender, err := webhook.New([]webhook.Endpoint{{
		Name:         "receiver",
		URL:          "http://" + address + demo.Path,
		Secrets:      []string{demo.Secret()},
		Events:       []string{"user.*", "organization.*"},
		Ordered:      true,
		AllowPrivate: []string{"127.0.0.1"},
	}})
	if err != nil {
		return nil, err
	}
	store := outbox.New(db.Outbox())
	// In a program of several processes, the engine is River: see docs/jobs.md.
	engine := outbox.Direct(store, 8, store.Runner(nil, sender))
	relay := outbox.NewRelay(store, outbox.Config{FanOut: sender, Deliver: sender, Engine: engine})
	done := make(chan error, 1)
	go func() { done <- relay.Run(ctx) }()
	return func() {
		if err := errors.Join(<-done, engine.Close(context.WithoutCancel(ctx))); err != nil {
			fmt.Fprintln(os.Stderr, "signup:", err)
		}
		sender.Close()
	}, nil
}

// signUp stores a user, whose triggers make a profile and an organization.
func signUp(ctx context.Context, db *auth.DB, out io.Writer) error {
	n, err := db.User.Count(ctx, auth.All[auth.User]())
	if err != nil {
		return err
	}
	name := fmt.Sprintf("user%d", n+1)
	start := time.Now()
	if _, err := db.User.Create(ctx, auth.UserCreate{Name: name, Email: name + "@example.com"}); err != nil {
		return err
	}
	fmt.Fprintf(out, "signed up %s in %v\n", name, time.Since(start).Round(10*time.Microsecond))
	return nil
}
