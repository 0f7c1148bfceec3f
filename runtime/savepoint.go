package runtime

import (
	"context"
	"strconv"

	"github.com/authgen/authgen"
)

// Nested runs fn in a savepoint (U3). If fn fails, its writes are undone and its
// entries of AfterCommit are dropped. The unit goes on if the caller
// handles the error, unless the failure dooms the unit (U8).
func (tx *Tx) Nested(ctx context.Context, fn func(context.Context) error) (err error) {
	tx.calls.Add(1)
	defer tx.calls.Add(-1)
	ctx, done := tx.observe(tx.inside(ctx), authgen.Step{Kind: authgen.StepSavepoint})
	err = errUnwound
	defer func() { done(err) }()
	mark, openErr := tx.openSavepoint(ctx)
	if openErr != nil {
		err = openErr
		return err
	}
	returned := false
	defer func() {
		if !returned { // Goexit, or a panic from which the caller may recover
			_ = tx.undo(mark)
		}
	}()
	err = fn(ctx)
	tx.afterUser(ctx)
	if err = tx.verdict(err); err == nil {
		err = tx.keep(mark)
	}
	returned = true
	if err != nil {
		if undoErr := tx.undo(mark); undoErr != nil {
			err = tx.verdict(err)
		}
	}
	return err
}

// A mark is the state of a unit at the opening of a savepoint.
type mark struct {
	name          string
	writes        int
	path          int
	watches       *Watch
	deletions     *Deletion
	putOff        int
	afterCommit   int
	afterRollback int
}

func (tx *Tx) openSavepoint(ctx context.Context) (mark, error) {
	tx.edge(ctx)
	if err := tx.flush(ctx); err != nil {
		return mark{}, err
	}
	if err := tx.acquire(ctx, tx.options&authgen.ReadOnly == 0); err != nil {
		return mark{}, err
	}
	returned := false
	defer tx.release(&returned)
	tx.nesting++
	name := "authgen_" + strconv.Itoa(tx.nesting)
	err := tx.own(ctx, authgen.StepStatement, "SAVEPOINT "+name)
	returned = true
	if err != nil {
		return mark{}, tx.doom(err)
	}
	tx.state.Lock()
	defer tx.state.Unlock()
	return mark{
		name: name, writes: tx.writes, path: len(tx.path), watches: tx.watches, deletions: tx.deletions, putOff: len(tx.putOff),
		afterCommit: len(tx.afterCommit), afterRollback: len(tx.afterRollback),
	}, nil
}

// keep makes the work since the mark a part of the savepoint, or the unit, around it.
func (tx *Tx) keep(m mark) error {
	tx.edge(tx.base)
	if err := tx.flush(tx.base); err != nil {
		return err
	}
	if err := tx.acquire(tx.base, false); err != nil {
		return err
	}
	returned := false
	defer tx.release(&returned)
	err := tx.own(tx.base, authgen.StepStatement, "RELEASE SAVEPOINT "+m.name)
	returned = true
	if err == nil {
		tx.nesting--
	}
	return tx.settle(tx.base, nil, err)
}

// undo takes back the work since the mark. If that fails, the unit is doomed, because its
// state is not known.
func (tx *Tx) undo(m mark) error {
	tx.running.Lock()
	returned := false
	defer tx.release(&returned)
	tx.handed.close()
	tx.handed.late = nil // the statement that failed is undone
	tx.forget(m)
	tx.nesting--
	tx.torn = true
	err := tx.undoTo(m)
	tx.torn = err != nil
	returned = true
	return err
}

func (tx *Tx) undoTo(m mark) error {
	if tx.ended.Load() || tx.conn == nil || tx.pinned != nil && tx.isDoomed() {
		return nil // the whole unit is rolled back
	}
	ctx, cancel := tx.ending()
	defer cancel()
	for _, verb := range []string{"ROLLBACK TO SAVEPOINT ", "RELEASE SAVEPOINT "} {
		if err := tx.own(ctx, authgen.StepStatement, verb+m.name); err != nil {
			return tx.doom(err)
		}
	}
	return nil
}

// forget drops what the unit remembers since the mark. It keeps the entries for a rollback:
// they run when the unit has ended, and must not run inside it.
func (tx *Tx) forget(m mark) {
	tx.state.Lock()
	defer tx.state.Unlock()
	tx.failed = nil
	tx.unstage()
	tx.writes = m.writes
	tx.path = tx.path[:m.path]
	tx.watches, tx.deletions, tx.putOff = m.watches, m.deletions, tx.putOff[:m.putOff]
	tx.undone = append(tx.undone, tx.afterRollback[m.afterRollback:]...)
	tx.afterRollback = tx.afterRollback[:m.afterRollback]
	tx.afterCommit = tx.afterCommit[:m.afterCommit]
}

func (tx *Tx) isDoomed() bool {
	tx.state.Lock()
	defer tx.state.Unlock()
	return tx.doomed != nil
}
