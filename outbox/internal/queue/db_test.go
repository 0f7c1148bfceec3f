package queue_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/runtime"
)

// However many attempts begin and end at once, a writer of the program finds one
// of them ahead of it in the queue of SQLite's writers.
func TestOneWriterQueues(t *testing.T) {
	const writers = 20
	e := open(t, sqlite.Open(filepath.Join(t.TempDir(), "test.db")))
	ended := make(chan error, writers)
	e.Must(e.DB.Unit(t.Context(), 0, func(ctx context.Context, tx *runtime.Tx) error {
		if _, err := tx.SQL().ExecContext(ctx, `DELETE FROM authgen_job`); err != nil { // the one writer there is
			return err
		}
		for i := range writers {
			go func() { ended <- e.Admin.Disable(t.Context(), fmt.Sprint("endpoint-", i), "a test") }()
		}
		if queued := e.inLine(writers); queued != 1 {
			t.Errorf("%d writers of the store queue with the program's, want 1", queued)
		}
		return nil
	}))
	for range writers {
		e.Must(<-ended)
	}
}

// inLine waits until so many writers of the store wait, and returns how many of
// them wait for the database.
func (e *env) inLine(writers int) (n int) {
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		var stacks strings.Builder
		e.Must(pprof.Lookup("goroutine").WriteTo(&stacks, 2))
		waiting, queued := 0, 0
		for stack := range strings.SplitSeq(stacks.String(), "\n\n") {
			if strings.Contains(stack, "[select") && strings.Contains(stack, "queue.(*DB).Write") {
				waiting++
				queued += strings.Count(stack, ".lockWriter(")
			}
		}
		switch {
		case waiting == writers:
			return queued
		case time.Now().After(end):
			e.Fatalf("%d writers wait, want %d", waiting, writers)
		}
	}
}

// Inside a unit of the program there is no waiting for a turn, which would be
// that of a writer that waits for the end of the unit.
func TestWriteInsideUnit(t *testing.T) {
	e := open(t, sqlite.Open(filepath.Join(t.TempDir(), "test.db")))
	ended := make(chan error, 1)
	e.Must(e.DB.Unit(t.Context(), 0, func(ctx context.Context, tx *runtime.Tx) error {
		if _, err := tx.SQL().ExecContext(ctx, `DELETE FROM authgen_job`); err != nil {
			return err
		}
		go func() { ended <- e.Admin.Disable(t.Context(), "endpoint", "a test") }()
		e.inLine(1)
		if err := e.Admin.Disable(ctx, "endpoint", "a test"); !errors.Is(err, authgen.ErrInsideTx) {
			t.Errorf("the error is %v, want ErrInsideTx", err)
		}
		return nil
	}))
	e.Must(<-ended)
}
