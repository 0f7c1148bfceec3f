package faults

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"

	"github.com/authgen/authgen/webhook"
)

// A receiver handles each event once, in a database of its own.
type receiver struct {
	db   *sql.DB
	hook http.Handler
	gate *gate
	tell func(what string, a arrival)
}

func newReceiver(ctx context.Context, d data, g *gate, tell func(string, arrival), log *slog.Logger) (*receiver, error) {
	db, err := d.pool()
	if err != nil {
		return nil, err
	}
	r := &receiver{db: db, gate: g, tell: tell}
	store := webhook.NewSQLStore(db, d.Kind)
	if err := store.CreateTables(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if r.hook, err = webhook.Handler([]webhook.Secret{webhook.NewSecret(secret)}, store, r.handle, webhook.WithLogger(log)); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return r, nil
}

// handle is the function of the receiver.
func (r *receiver) handle(ctx context.Context, e webhook.Event) error {
	v, err := visitOf(e)
	if err != nil {
		return err
	}
	a := arrival{visit: v, id: e.ID}
	r.tell("called", a)
	r.gate.here("in the function")
	if err := receivedTable.insert(ctx, webhook.TxFrom(ctx), a); err != nil {
		return err
	}
	r.gate.here("ahead of the commit")
	return nil
}

// ServeHTTP tells of every request, and hands it to the handler.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // of a process that was killed while it sent
	}
	a, err := arrivalOf(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.tell("posted", a)
	r.gate.here("asked")
	req.Body = io.NopCloser(bytes.NewReader(body))
	r.hook.ServeHTTP(answering{w, r.gate}, req)
}

// answering is a place where an event is handled, and nobody was told.
type answering struct {
	http.ResponseWriter
	gate *gate
}

func (a answering) WriteHeader(code int) {
	a.gate.here("handled")
	a.ResponseWriter.WriteHeader(code)
}

// receiveUntilStopped is the role of a process that receives.
func receiveUntilStopped(ctx context.Context, o order, p *program) error {
	r, err := newReceiver(ctx, o.Place.Receiver, p.gate, p.tell, p.log)
	if err != nil {
		return err
	}
	defer func() { _ = r.db.Close() }()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: r}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	fmt.Println("listening", "http://"+listener.Addr().String())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
