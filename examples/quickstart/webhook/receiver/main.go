// Receiver takes the events that the sign-up program sends, and prints each once.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"

	_ "modernc.org/sqlite" // the driver

	"github.com/authgen/authgen/examples/quickstart/auth"
	"github.com/authgen/authgen/examples/quickstart/webhook/demo"
	"github.com/authgen/authgen/runtime"
	"github.com/authgen/authgen/runtime/webhook"
)

func main() {
	address := flag.String("address", demo.Address, "where to listen")
	file := flag.String("db", "receiver.db", "the SQLite file that remembers which events were handled")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *address, *file); err != nil {
		fmt.Fprintln(os.Stderr, "receiver:", err)
		os.Exit(1)
	}
}

// run receives until ctx ends.
func run(ctx context.Context, out io.Writer, address, file string) (err error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	store := webhook.NewSQLStore(db, runtime.SQLite)
	if err := store.CreateTables(ctx); err != nil {
		return err
	}
	handler, err := webhook.Handler([]string{demo.Secret()}, store, func(_ context.Context, event webhook.Event) error {
		return tell(out, event)
	})
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle(demo.Path, handler)
	server := &http.Server{Addr: address, Handler: mux}
	defer context.AfterFunc(ctx, func() { _ = server.Shutdown(context.WithoutCancel(ctx)) })()
	fmt.Fprintln(out, "receiving on", address)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// tell prints an event. A handler that writes to the database does so with
// webhook.TxFrom(ctx), and then an event is handled exactly once.
func tell(out io.Writer, event webhook.Event) error {
	payload, err := auth.DecodeEvent(event)
	switch {
	case errors.Is(err, auth.ErrUnknownEvent):
		fmt.Fprintln(out, "ignored", event.Type)
		return nil
	case err != nil:
		return err
	}
	switch p := payload.(type) {
	case auth.UserCreatedEvent:
		fmt.Fprintf(out, "%s: %s <%s>\n", event.Type, p.Name, p.Email)
	case auth.UserUpdatedEvent:
		fmt.Fprintf(out, "%s: %s, changed %v\n", event.Type, p.Name, event.Changed)
	default:
		fmt.Fprintf(out, "%s: %s %s\n", event.Type, event.Table, event.Document)
	}
	return nil
}
