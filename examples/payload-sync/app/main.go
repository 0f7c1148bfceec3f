// Command app is a small auth system whose users, sessions and OAuth clients a
// Payload CMS mirrors. It takes its settings from the environment, see
// development.env.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	_ "modernc.org/sqlite" // the driver

	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/examples/payload-sync/auth"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, slog.New(slog.NewTextHandler(os.Stdout, nil))); err != nil {
		fmt.Fprintln(os.Stderr, "app:", err)
		os.Exit(1)
	}
}

// run serves and delivers until ctx ends.
func run(ctx context.Context, logger *slog.Logger) (err error) {
	endpoint, err := payloadEndpoint(os.Getenv("PAYLOAD_WEBHOOK_URL"), os.Getenv("PAYLOAD_WEBHOOK_SECRET"))
	if err != nil {
		return err
	}
	db, err := auth.Open(ctx, sqlite.Open(os.Getenv("DATABASE")))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.CreateTables(ctx); err != nil {
		return err
	}

	ctx, stop := context.WithCancel(ctx)
	defer stop()
	delivered := make(chan error, 1)
	go func() {
		defer stop() // a program that cannot deliver should end, so that somebody notices
		delivered <- deliver(ctx, db, endpoint, logger)
	}()
	served := serve(ctx, &server{db: db, logger: logger})
	stop()
	return errors.Join(served, <-delivered)
}

// serve answers requests until ctx ends, and then finishes those that have begun.
func serve(ctx context.Context, s *server) error {
	listener, err := net.Listen("tcp", os.Getenv("LISTEN"))
	if err != nil {
		return err
	}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	server := &http.Server{Handler: s.routes(), ReadTimeout: time.Minute}
	ended := make(chan error, 1)
	go func() {
		<-ctx.Done()
		ended <- server.Shutdown(context.WithoutCancel(ctx))
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-ended
}
