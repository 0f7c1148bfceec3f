// Signup signs up a user now and then, and sends the events to the receiver.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	_ "modernc.org/sqlite" // the driver

	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/examples/quickstart/auth"
	"github.com/authgen/authgen/examples/quickstart/triggers"
	"github.com/authgen/authgen/examples/quickstart/webhook/demo"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/webhook"
)

func main() {
	address := flag.String("to", demo.Address, "where the receiver listens")
	file := flag.String("db", "signup.db", "the SQLite file of the users")
	every := flag.Duration("every", 2*time.Second, "how often somebody signs up")
	again := flag.Duration("again", 5*time.Second, "how long to wait at most before an event is sent again")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	if err := run(ctx, os.Stdout, *address, *file, *every, *again); err != nil {
		fmt.Fprintln(os.Stderr, "signup:", err)
		os.Exit(1)
	}
}

// run signs up users until ctx ends.
func run(ctx context.Context, out io.Writer, address, file string, every, again time.Duration) (err error) {
	noMail := func(context.Context, string, string) error { return nil }
	db, err := auth.Open(ctx, sqlite.Open(file), &triggers.Triggers{Mail: noMail})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.CreateTables(ctx); err != nil {
		return err
	}
	sender, err := webhook.New([]webhook.Endpoint{{
		Name:         "receiver",
		URL:          webhook.NewSecret("http://" + address + demo.Path),
		Secrets:      []webhook.Secret{demo.Secret()},
		Events:       []string{"user.*", "organization.*"},
		Ordered:      true,
		AllowPrivate: []string{"127.0.0.1"},
	}})
	if err != nil {
		return err
	}
	defer sender.Close()
	delivering, stop := context.WithCancel(ctx)
	delivered := deliver(delivering, db, soon{sender, again})
	defer func() { stop(); err = errors.Join(err, <-delivered) }()
	return signUps(ctx, db, out, every)
}

// deliver lets sender send the events of db until ctx ends, and then waits for deliveries in
// progress.
func deliver(ctx context.Context, db *auth.DB, sender soon) <-chan error {
	box := outbox.New(db.Outbox())
	// In a program of several processes, the engine is River: see docs/jobs.md.
	engine := outbox.Direct(box, 8, box.Runner(nil, sender))
	relay := outbox.NewRelay(box, outbox.Config{Router: sender, Deliverer: sender, Engine: engine})
	done := make(chan error, 1)
	go func() { done <- errors.Join(relay.Run(ctx), engine.Close(context.WithoutCancel(ctx))) }()
	return done
}

// signUps signs up users until ctx ends, and then finishes the sign-up in progress.
func signUps(ctx context.Context, db *auth.DB, out io.Writer, every time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := signUp(context.WithoutCancel(ctx), db, out); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
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
	demo.Say(out, "%s signed up, in %v", name, time.Since(start).Round(10*time.Microsecond))
	return nil
}
