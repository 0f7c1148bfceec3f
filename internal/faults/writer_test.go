package faults

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// writeUntilStopped is the role of a process that writes, several desks at a
// time and one desk from several sides, and prints what it is told.
func writeUntilStopped(ctx context.Context, o order, p *program) error {
	var writers sync.WaitGroup
	for range max(o.Width, 1) {
		writers.Go(func() {
			for ctx.Err() == nil {
				p.write(ctx, o.Desks[rand.IntN(len(o.Desks))])
				wait(ctx, 5*time.Millisecond) // writing is not all that the machine has to do
			}
		})
	}
	writers.Wait()
	return nil
}

// write runs one transaction, which one time in five is rolled back.
func (p *program) write(ctx context.Context, desk auth.DeskID) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	undo, opens := rand.IntN(5) == 0, rand.IntN(10) == 0
	v, err := p.one(ctx, func(ctx context.Context, tx *auth.Tx) (v visit, err error) {
		if opens {
			v, err = openDesk(ctx, tx, "writer")
		} else {
			v, err = visitDesk(ctx, tx, desk)
		}
		if err == nil && undo {
			err = errUndone
		}
		return v, err
	})
	switch {
	case err == nil:
		p.tell("committed", arrival{visit: v})
	case errors.Is(err, errUndone):
		p.tell("undone", arrival{visit: v})
	case ctx.Err() == nil: // the database is away
		fmt.Fprintln(os.Stderr, err)
		p.tell("failed", arrival{visit: v})
		wait(ctx, 20*time.Millisecond)
	}
}

// wait waits, unless ctx ends.
func wait(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
