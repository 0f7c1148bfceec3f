package runtime

import (
	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// Triggers may attach a row to one that is being deleted: they create a row that refers to
// it, or make an existing row refer to it. The attached row is deleted like all others (D3),
// although the rows of its table had their turn already.

// maxRounds is how often a call looks for the rows that go with a row.
const maxRounds = 16

// CarryOut calls cascade, which deletes or changes the rows that refer to a row of t
// ahead of its deletion. It calls cascade again as long as triggers attach rows
// meanwhile, and returns a DepthError if they do so without end.
func (tx *Tx) CarryOut(t *dialect.Table, cascade func() error) error {
	for range maxRounds {
		before := tx.attached.Load()
		if err := cascade(); err != nil || tx.attached.Load() == before {
			return err
		}
	}
	tx.state.Lock()
	defer tx.state.Unlock()
	return &authgen.DepthError{Path: tx.triggers(), Deleting: t.Key}
}

// touchCreated tells the watches that rows were created. No watch watches the new rows
// themselves.
func (s Handle) touchCreated(t *dialect.Table) {
	if s.Unit == nil {
		return
	}
	if len(t.Foreign) > 0 {
		s.Unit.attached.Add(1)
	}
	if s.DB.knownOf(t).isTriggered() {
		s.Unit.touchAll()
	}
}

// touchUpdated tells the watches that a row was updated; without a key, any row.
func (s Handle) touchUpdated(t *dialect.Table, key string, set *Assignments) {
	if s.Unit == nil {
		return
	}
	if set.refers(t) {
		s.Unit.attached.Add(1)
	}
	s.Unit.touch(t, key)
}

// refers reports whether a reference to another row is set.
func (a *Assignments) refers(t *dialect.Table) bool {
	for i := range t.Foreign {
		if v, ok := a.value(t.Foreign[i].Column); ok && !isNull(v) {
			return true
		}
	}
	return false
}
