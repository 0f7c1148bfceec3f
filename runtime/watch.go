package runtime

import (
	"slices"

	"github.com/authgen/authgen/dialect"
)

// A Watch tells a call whether a trigger wrote the rows that the call works on, while the
// call ran (C3). Its memory grows with the rows that are watched, and not with the rows that
// a trigger writes.
type Watch struct {
	tx      *Tx
	table   *dialect.Table
	key     string          // the id of the row, if it watches one
	keys    map[string]bool // the ids of the rows, if it watches several; true once the row was written
	turn    string          // the id of the row that has its turn
	touched bool            // the one row, or any of the rows, may have been written
	outer   *Watch
}

// Watch begins to watch a row. The caller must call Stop.
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

// isTouched reports whether the row may have been written since the last call of isTouched,
// or since the watch began.
func (w *Watch) isTouched() bool {
	w.tx.state.Lock()
	defer w.tx.state.Unlock()
	touched := w.touched
	w.touched = false
	return touched
}

// touchedRow is isTouched for one of several rows. It gives the row its turn, and does not
// forget that the row was written.
func (w *Watch) touchedRow(key string) bool {
	w.turn = key
	return w.touchedTurn()
}

// touchedTurn is touchedRow for the row that has its turn.
func (w *Watch) touchedTurn() bool {
	w.tx.state.Lock()
	defer w.tx.state.Unlock()
	return w.touched || w.keys[w.turn]
}

// add adds a row to the several that are watched.
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

// note records that the row with that key was written. Without a key, any row of the watched
// table may have been written.
func (w *Watch) note(key string) {
	if key == "" || key == w.key {
		w.touched = true
	} else if _, ok := w.keys[key]; ok {
		w.keys[key] = true
	}
}

// touch tells the watches that a row was written. Without a key, any row of t may have been
// written. If the database has triggers on t, any row at all may have been written.
func (tx *Tx) touch(t *dialect.Table, key string) {
	switch k := tx.db.knownOf(t); {
	case k.isTriggered():
		tx.touchAll()
		return
	case k.isAltered(t.ID): // the database may write the id in another form
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

// touchBeneath tells the watches that the database may have written rows that go with a
// row of t: it carries out the references to t by itself.
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
