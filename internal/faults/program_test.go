package faults

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

// A program is what a child process, or the test itself, has open.
type program struct {
	place place
	gate  *gate
	tell  func(what string, a arrival) // is told of what arrives
	log   *slog.Logger
	ahead atomic.Int64 // how far its clock is ahead of the time

	db    *auth.DB
	store *outbox.Outbox
	admin *admin.Admin
	apart *sql.DB // the application's database, to whom knows nothing of authgen
}

// open opens a program in a place.
func open(ctx context.Context, where place, g *gate, tell func(string, arrival), log *slog.Logger) (*program, error) {
	p := &program{place: where, gate: g, tell: tell, log: log}
	var err error
	if p.apart, err = where.App.pool(); err != nil {
		return nil, err
	}
	database := where.App.opened()
	if database.Err == nil {
		database.Pool.SetMaxIdleConns(16) // a relay uses several, and to open one takes long under the race detector
	}
	p.db, err = auth.Open(ctx, database, counting(), auth.WithObserver(statements{g}), auth.WithClock(p.clock))
	if err != nil {
		return nil, errors.Join(err, p.apart.Close())
	}
	p.admin = admin.New(p.db.Outbox())
	p.store = outbox.New(p.db.Outbox(), outbox.WithTracer(steps{g}), outbox.WithLogger(log))
	return p, nil
}

// clock is that of the program's database and outbox.
func (p *program) clock() time.Time { return time.Now().Add(time.Duration(p.ahead.Load())) }

// pass moves the clock until every lease of a killed process has ended.
func (p *program) pass() { p.ahead.Add(int64(2 * time.Minute)) }

func (p *program) close() error { return errors.Join(p.db.Close(), p.apart.Close()) }
