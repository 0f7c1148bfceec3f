package runtime

import (
	"context"
	"time"

	"github.com/authgen/authgen/dialect"
)

// If a context ends, a driver of a database in this process returns that as the error even
// of a statement that was done just before and is stored. So a write of one statement that
// has begun does not see the end of its context: it runs on, and its result is the truth.
// Only a write that takes longer than grace sees the end, so that millions of rows do not
// hold up a program that wants to stop. Afterwards authgen asks the connection what such a
// write did.

// grace is how long a write of one statement runs on, on a database in this process, after
// its context has ended.
const grace = time.Second

// A graceContext has the values of a caller's context. It ends when that context has ended
// and grace is over.
type graceContext struct {
	context.Context
	ended chan struct{}
	timer *time.Timer
}

func newGrace(ctx context.Context) *graceContext {
	c := &graceContext{Context: ctx, ended: make(chan struct{})}
	c.timer = time.AfterFunc(grace, c.follow)
	return c
}

// follow makes the context end with the caller's from now on.
func (c *graceContext) follow() {
	context.AfterFunc(c.Context, func() { close(c.ended) })
}

func (c *graceContext) Deadline() (time.Time, bool) { return time.Time{}, false }

func (c *graceContext) Done() <-chan struct{} { return c.ended }

func (c *graceContext) Err() error {
	select {
	case <-c.ended:
		return c.Context.Err()
	default:
		return nil
	}
}

// inGrace runs a write that is a transaction of its own, on a database in this
// process.
func (st *statement) inGrace(ctx context.Context, link dialect.Link) (out outcome, err error) {
	if ctx.Done() == nil {
		return st.on(ctx, link)
	}
	if ctx.Err() != nil {
		return out, ctx.Err()
	}
	c := newGrace(ctx)
	defer c.timer.Stop()
	out, err = st.on(c, link)
	out.unsure = err != nil && c.Err() != nil && mayHaveWritten(ctx, link)
	return out, err
}

// mayHaveWritten reports whether the last statement on a connection of SQLite may
// be stored. A statement that was interrupted counts no changes.
func mayHaveWritten(ctx context.Context, link dialect.Link) bool {
	var n int64
	_, err := link.Query(context.WithoutCancel(ctx), "SELECT changes()", nil, func(r dialect.Row) error { return r.Scan(&n) })
	return err != nil || n > 0
}
