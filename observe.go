package authgen

import "context"

// A StepKind is a kind of step that the adapter takes.
type StepKind uint8

// The kinds of steps.
const (
	StepUnit      StepKind = iota // a unit of work, from its start to its end; Attempt counts from 1
	StepBegin                     // BEGIN
	StepStatement                 // a statement; SQL is its text
	StepTrigger                   // a trigger; Name is "user.onCreate"
	StepSavepoint                 // a nested Tx, from SAVEPOINT to its end
	StepCommit                    // COMMIT
	StepRollback                  // ROLLBACK
	StepAfter                     // an entry of AfterCommit or AfterRollback
)

// A Step is one step of the adapter, as an [Observer] sees it. It never has a value that is
// bound to a statement.
type Step struct {
	Kind    StepKind
	Name    string // StepTrigger: table and trigger
	SQL     string // StepStatement and StepBegin: the text
	Attempt int    // StepUnit: 1, and one more for each retry
	Depth   int    // how many triggers are running around the step
}

// An Observer sees every step as it begins and as it ends. It runs in the goroutine of the
// call, inside the transaction, so it should be quick.
type Observer interface {
	// Observe is called when a step begins. The step runs with the context that it
	// returns. The function that it returns is called with the step's error when the step
	// ends.
	Observe(ctx context.Context, step Step) (context.Context, func(err error))
}
