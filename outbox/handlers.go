package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"

	"github.com/authgen/authgen"
)

// Handlers are the functions that run jobs, by the type of the job. They are
// registered with [Handle] and may be used by several goroutines.
type Handlers struct {
	mu    sync.RWMutex
	types map[string]func(context.Context, json.RawMessage) error
}

// NewHandlers returns handlers without a function.
func NewHandlers() *Handlers {
	return &Handlers{types: map[string]func(context.Context, json.RawMessage) error{}}
}

// Handle registers fn for the jobs of the Go type J. Their JobType is that of an
// empty J. A job is run at least once: fn finds the id that stays the same with
// [EntryFrom]. It panics if the type of job has a function already, as that is a
// mistake in the program.
func Handle[J authgen.Job](h *Handlers, fn func(ctx context.Context, job J) error) {
	name := empty[J]().JobType()
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, taken := h.types[name]; taken {
		panic(fmt.Sprintf("outbox: jobs of type %q have a handler already", name))
	}
	h.types[name] = func(ctx context.Context, args json.RawMessage) error {
		job := empty[J]()
		if err := json.Unmarshal(args, &job); err != nil {
			return fmt.Errorf("outbox: the arguments of a job of type %q do not fit %T: %w", name, job, err)
		}
		return fn(ctx, job)
	}
}

// empty returns a J whose methods can be called, also where J is a pointer.
func empty[J any]() J {
	var zero J
	if t := reflect.TypeFor[J](); t.Kind() == reflect.Pointer {
		return reflect.New(t.Elem()).Interface().(J)
	}
	return zero
}

// Types returns the types of jobs that have a handler, sorted.
func (h *Handlers) Types() []string {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return slices.Sorted(maps.Keys(h.types))
}

// Run decodes the arguments of a job and calls its handler, whose error it
// returns. Without a handler the error is an [UnknownJobError].
func (h *Handlers) Run(ctx context.Context, job Entry) error {
	h.mu.RLock()
	run, ok := h.types[job.Type]
	h.mu.RUnlock()
	if !ok {
		return &UnknownJobError{Type: job.Type}
	}
	return run(context.WithValue(ctx, entryKey{}, job), job.Body)
}

type entryKey struct{}

// EntryFrom returns the entry whose handler was called with ctx.
func EntryFrom(ctx context.Context) (Entry, bool) {
	entry, ok := ctx.Value(entryKey{}).(Entry)
	return entry, ok
}

// An UnknownJobError is a job that no handler was registered for.
type UnknownJobError struct{ Type string }

// Error names the type and the fix.
func (e *UnknownJobError) Error() string {
	return fmt.Sprintf("outbox: no handler for jobs of type %q: register one with outbox.Handle", e.Type)
}
