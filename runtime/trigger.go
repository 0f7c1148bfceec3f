package runtime

import (
	"context"
	"errors"
)

// maxDepth is how many triggers may run inside each other (T3).
const maxDepth = 16

// The triggers, as schema.yaml names them.
const (
	BeforeCreate = "beforeCreate"
	OnCreate     = "onCreate"
	BeforeUpdate = "beforeUpdate"
	OnUpdate     = "onUpdate"
	BeforeDelete = "beforeDelete"
	OnDelete     = "onDelete"
)

// A step is a trigger that is running.
type step struct {
	table   *Table
	trigger string
}

func (s step) String() string { return s.table.Key + "." + s.trigger }

// Trigger runs a trigger of a table inside the unit. What it returns is
// wrapped in a [TriggerError]; a failure of the unit that the trigger
// swallowed is returned all the same (U8).
func (tx *Tx) Trigger(ctx context.Context, t *Table, trigger string, run func(context.Context) error) error {
	at := step{t, trigger}
	if err := tx.enter(at); err != nil {
		return err
	}
	defer tx.exit()
	if tx.db.observer != nil {
		var done func(error)
		ctx, done = tx.observe(ctx, Step{Kind: StepTrigger, Name: at.String()})
		run = observed(run, done)
	}
	err := run(tx.inside(ctx))
	if err == nil {
		err = tx.afterTrigger()
	}
	if err == nil || errors.Is(err, ErrDepth) { // a DepthError has the path already
		return err
	}
	return &TriggerError{Table: t.Key, Trigger: trigger, Cause: err, text: tx.db.safeText(err)}
}

func observed(run func(context.Context) error, done func(error)) func(context.Context) error {
	return func(ctx context.Context) error {
		err := run(ctx)
		done(err)
		return err
	}
}

// afterTrigger returns what ended the unit while a trigger ran.
func (tx *Tx) afterTrigger() error {
	if tx.base.Err() != nil {
		return tx.doom(&interruptedError{why: contextError(tx.base)})
	}
	return tx.broken()
}

func (tx *Tx) enter(s step) error {
	tx.state.Lock()
	defer tx.state.Unlock()
	if len(tx.path) >= maxDepth {
		path := make([]string, len(tx.path)+1)
		for i, s := range append(tx.path, s) {
			path[i] = s.String()
		}
		return &DepthError{Path: path}
	}
	tx.path = append(tx.path, s)
	return nil
}

func (tx *Tx) exit() {
	tx.state.Lock()
	defer tx.state.Unlock()
	if n := len(tx.path); n > 0 {
		tx.path = tx.path[:n-1]
	}
}
