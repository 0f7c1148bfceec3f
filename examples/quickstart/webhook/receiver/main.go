// Receiver takes the events that the sign-up program sends, and prints each once.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	_ "modernc.org/sqlite" // the driver

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/examples/quickstart/webhook/demo"
	"github.com/authgen/authgen/webhook"
)

func main() {
	address := flag.String("address", demo.Address, "where to listen")
	file := flag.String("db", "receiver.db", "the SQLite file that remembers which events were handled")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
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
	if _, err := db.ExecContext(ctx, createNews); err != nil {
		return err
	}
	store := webhook.NewSQLStore(db, dialect.SQLite)
	if err := store.CreateTables(ctx); err != nil {
		return err
	}
	handler, err := webhook.Handler([]webhook.Secret{demo.Secret()}, store, func(ctx context.Context, event webhook.Event) error {
		return take(ctx, webhook.TxFrom(ctx), out, event)
	})
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle(demo.Path, handler)
	return serve(ctx, out, address, mux)
}

// serve serves until ctx ends, and then finishes the requests that have begun.
func serve(ctx context.Context, out io.Writer, address string, handler http.Handler) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute}
	ended := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() { ended <- server.Shutdown(context.WithoutCancel(ctx)) })
	demo.Say(out, "receiving on %s", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		stop()
		return err
	}
	err = <-ended
	demo.Say(out, "stopped")
	return err
}
