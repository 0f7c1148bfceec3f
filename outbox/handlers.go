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

// Handlers are the functions that run jobs, by the kind of the job. They are
// registered with [Handle] and may be used by several goroutines.
type Handlers struct {
	mu    sync.RWMutex
	kinds map[string]func(context.Context, json.RawMessage) error
}

// NewHandlers returns handlers of no kind yet.
func NewHandlers() *Handlers {
	return &Handlers{kinds: map[string]func(context.Context, json.RawMessage) error{}}
}

// Handle registers fn for the jobs of type J, whose kind is that of an empty J.
// A job is run at least once: fn finds the id that stays the same in
// [EntryOf]. It panics if the kind has a function already, as that is a
// mistake in the program.
func Handle[J authgen.Job](h *Handlers, fn func(ctx context.Context, job J) error) {
	kind := empty[J]().Kind()
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, taken := h.kinds[kind]; taken {
		panic(fmt.Sprintf("outbox: jobs of kind %q have a handler already", kind))
	}
	h.kinds[kind] = func(ctx context.Context, args json.RawMessage) error {
		job := empty[J]()
		if err := json.Unmarshal(args, &job); err != nil {
			return fmt.Errorf("outbox: the arguments of a job of kind %q do not fit %T: %w", kind, job, err)
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

// Kinds returns the kinds that have a handler, sorted.
func (h *Handlers) Kinds() []string {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return slices.Sorted(maps.Keys(h.kinds))
}

// Run decodes the arguments of a job and calls its handler, whose error it
// returns. Without a handler the error is an [UnknownKindError].
func (h *Handlers) Run(ctx context.Context, job Entry) error {
	h.mu.RLock()
	run, ok := h.kinds[job.Kind]
	h.mu.RUnlock()
	if !ok {
		return &UnknownKindError{Kind: job.Kind}
	}
	return run(context.WithValue(ctx, entryKey{}, job), job.Body)
}

type entryKey struct{}

// EntryOf returns the entry whose handler ctx was given to.
func EntryOf(ctx context.Context) (Entry, bool) {
	entry, ok := ctx.Value(entryKey{}).(Entry)
	return entry, ok
}

// An UnknownKindError is a job that no handler was registered for.
type UnknownKindError struct{ Kind string }

// Error names the kind and the fix.
func (e *UnknownKindError) Error() string {
	return fmt.Sprintf("outbox: no handler for jobs of kind %q: register one with outbox.Handle", e.Kind)
}
