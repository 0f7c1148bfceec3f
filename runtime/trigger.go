package runtime

import (
	"context"
	"errors"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

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
	table   *dialect.Table
	trigger string
}

func (s step) String() string { return s.table.Key + "." + s.trigger }

// Enter begins a trigger of a table inside the unit. If its error is nil, the caller must
// defer End of the Firing, and call the trigger with the context.
func (tx *Tx) Enter(ctx context.Context, t *dialect.Table, trigger string) (context.Context, Firing, error) {
	at := step{t, trigger}
	if err := tx.tooDeep(at); err != nil {
		return ctx, Firing{}, err
	}
	done := ignore
	if tx.db.options.Observer != nil {
		ctx, done = tx.observe(ctx, authgen.Step{Kind: authgen.StepTrigger, Name: at.String()})
	}
	tx.enter(at)
	return tx.inside(ctx), Firing{tx, at, done}, nil
}

// A Firing is a trigger that is running.
type Firing struct {
	tx   *Tx
	at   step
	done func(error)
}

// Unwound returns the error that a trigger has until it returns.
func (Firing) Unwound() error { return errUnwound }

// End ends the trigger, which left err. It wraps the error of the trigger in an
// [authgen.TriggerError]. If the trigger swallowed a failure of the unit, End returns that
// failure (U8).
func (f Firing) End(err *error) {
	f.tx.exit()
	f.tx.afterUser(f.tx.base)
	f.done(*err)
	if *err == errUnwound { // a panic passes through
		return
	}
	if *err == nil {
		*err = f.tx.afterTrigger()
	}
	if *err == nil || errors.Is(*err, authgen.ErrDepth) { // a DepthError has the path already
		return
	}
	*err = &authgen.TriggerError{Table: f.at.table.Key, Trigger: f.at.trigger, Cause: f.tx.db.safe(*err)}
}

// afterTrigger returns what ended the unit while a trigger ran.
func (tx *Tx) afterTrigger() error {
	if tx.base.Err() != nil {
		return tx.doom(&interruptedError{why: contextError(tx.base)})
	}
	return tx.broken()
}

// tooDeep returns the error of a trigger that would run too deep inside of others.
func (tx *Tx) tooDeep(s step) error {
	tx.state.Lock()
	defer tx.state.Unlock()
	if len(tx.path) < authgen.MaxTriggerDepth {
		return nil
	}
	return &authgen.DepthError{Path: append(tx.triggers(), s.String())}
}

// triggers returns the names of the triggers that are running. The caller holds state.
func (tx *Tx) triggers() []string {
	path := make([]string, len(tx.path), len(tx.path)+1)
	for i, s := range tx.path {
		path[i] = s.String()
	}
	return path
}

func (tx *Tx) enter(s step) {
	tx.state.Lock()
	defer tx.state.Unlock()
	if tx.path == nil {
		tx.path = tx.nearPath[:0]
	}
	tx.path = append(tx.path, s)
}

func (tx *Tx) exit() {
	tx.state.Lock()
	defer tx.state.Unlock()
	if n := len(tx.path); n > 0 {
		tx.path = tx.path[:n-1]
	}
}
