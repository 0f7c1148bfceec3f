package runtime

import (
	"slices"

	"github.com/authgen/authgen/dialect"
)

// A Watch tells a call whether the rows it works on were written by somebody
// else, a trigger, while the call ran (C3). Its memory grows with the rows
// watched, not with those a trigger writes.
type Watch struct {
	tx      *Tx
	table   *dialect.Table
	key     string          // the row watched, if one
	keys    map[string]bool // the rows watched, if several; true once written
	turn    string          // the one of the rows whose turn it is
	touched bool            // the one row, or any of the rows, may have been written
	outer   *Watch
}

// Watch begins to watch a row. Stop must be called.
func (tx *Tx) Watch(t *dialect.Table, key string) *Watch {
	return tx.addWatch(&Watch{tx: tx, table: t, key: key})
}

func (tx *Tx) addWatch(w *Watch) *Watch {
	tx.state.Lock()
	defer tx.state.Unlock()
	w.outer = tx.watches
	tx.watches = w
	return w
}

// isTouched reports whether the row may have been written since its last call, or since the watch began.
func (w *Watch) isTouched() bool {
	w.tx.state.Lock()
	defer w.tx.state.Unlock()
	touched := w.touched
	w.touched = false
	return touched
}

// touchedRow is isTouched for one of several rows, whose turn it is from then on,
// without forgetting it.
func (w *Watch) touchedRow(key string) bool {
	w.turn = key
	return w.touchedTurn()
}

// touchedTurn is touchedRow for the row whose turn it is.
func (w *Watch) touchedTurn() bool {
	w.tx.state.Lock()
	defer w.tx.state.Unlock()
	return w.touched || w.keys[w.turn]
}

// add makes the row one of several that are watched.
func (w *Watch) add(key string) {
	w.tx.state.Lock()
	defer w.tx.state.Unlock()
	w.keys[key] = false
}

// Stop ends the watch.
func (w *Watch) Stop() {
	w.tx.state.Lock()
	defer w.tx.state.Unlock()
	w.tx.watches = w.outer
}

// note takes in that a row of the watched table was written; without a key,
// any row.
func (w *Watch) note(key string) {
	if key == "" || key == w.key {
		w.touched = true
	} else if _, ok := w.keys[key]; ok {
		w.keys[key] = true
	}
}

// touch tells the watches that a row was written; without a key, any row. What a
// trigger of the database wrote along with it is not known.
func (tx *Tx) touch(t *dialect.Table, key string) {
	switch k := tx.db.knownOf(t); {
	case k.isTriggered():
		tx.touchAll()
		return
	case k.isAltered(t.ID): // it may be another way to write the id
		key = ""
	}
	tx.state.Lock()
	defer tx.state.Unlock()
	for w := tx.watches; w != nil; w = w.outer {
		if w.table == t {
			w.note(key)
		}
	}
}

// touchBeneath tells the watches that the database may have written rows of
// the tables whose references it keeps.
func (tx *Tx) touchBeneath(t *dialect.Table) {
	tx.state.Lock()
	defer tx.state.Unlock()
	for w := tx.watches; w != nil; w = w.outer {
		if slices.Contains(t.Beneath, w.table.Key) {
			w.touched = true
		}
	}
}

// touchAll tells the watches that anything may have been written.
func (tx *Tx) touchAll() {
	tx.state.Lock()
	defer tx.state.Unlock()
	for w := tx.watches; w != nil; w = w.outer {
		w.touched = true
	}
}
