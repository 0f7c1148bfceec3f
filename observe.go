package authgen

import "context"

// A StepKind is a kind of thing that the adapter does.
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

// A Step is one thing that the adapter does, as an [Observer] sees it. It
// never carries a value that is bound to a statement.
type Step struct {
	Kind    StepKind
	Name    string // StepTrigger: table and trigger
	SQL     string // StepStatement and StepBegin: the text
	Attempt int    // StepUnit: 1, and more when it is retried
	Depth   int    // how many triggers are running around the step
}

// An Observer is told of every step, as it begins and as it ends. It is called
// from the goroutine of the call, inside the transaction: it should be quick.
type Observer interface {
	// Observe is called at the beginning of a step. The context it returns is
	// the one that the step runs with; the function is called with the
	// step's error at its end.
	Observe(ctx context.Context, step Step) (context.Context, func(err error))
}
