package runtime

import (
	"slices"

	"github.com/authgen/authgen/dialect"
)

// A Deletion is a row whose deletion is under way, with the rows that refer to
// it being deleted ahead of it (D3).
//
// Where references form a cycle, deleting one of its rows makes the database
// delete all of them, and what refers to them, at once and without triggers.
// So the rows of a cycle are left in place until the first of them, to which
// all others lead back, is deleted last. Which rows those are is found as
// Tarjan's algorithm finds strongly connected components.
type Deletion struct {
	tx     *Tx
	table  *dialect.Table
	key    string
	outer  *Deletion
	depth  int // how many deletions are around it
	low    int // the least depth to which it is known to lead back
	before int // how many rows had been put off when it began

	cascade func() error
	remove  func() (bool, error)
	on      func() error
}

// Deleting begins the deletion of a row. It returns nil if a cycle of
// references has led back to a row whose deletion is under way already.
// Otherwise Done must be called.
func (tx *Tx) Deleting(t *dialect.Table, key string) *Deletion {
	tx.state.Lock()
	defer tx.state.Unlock()
	inner := tx.deletions
	for d := inner; d != nil; d = d.outer {
		if d.table == t && d.key == key {
			inner.low = min(inner.low, d.depth)
			return nil
		}
	}
	for _, d := range tx.putOff {
		if d.table == t && d.key == key {
			if inner != nil {
				inner.low = min(inner.low, d.low)
			}
			return nil
		}
	}
	depth := 0
	if inner != nil {
		depth = inner.depth + 1
	}
	tx.deletions = &Deletion{tx: tx, table: t, key: key, outer: inner, depth: depth, low: depth, before: len(tx.putOff)}
	return tx.deletions
}

// Finish carries out the references to the row by calling cascade. Then it deletes the
// row by calling remove, which reports whether there was one, and calls on; or puts
// both off if the row leads back to one around it.
func (d *Deletion) Finish(cascade func() error, remove func() (bool, error), on func() error) error {
	d.cascade, d.remove, d.on = cascade, remove, on
	if err := d.carryOut(); err != nil {
		return err
	}
	cycle, last := d.conclude()
	if !last {
		return nil
	}
	there, err := remove()
	if err := lockedRow(d.table, there, err); err != nil {
		return err
	}
	for _, other := range cycle {
		// Gone with this one, unless a trigger took it out of the cycle.
		if _, err := other.remove(); err != nil {
			return err
		}
	}
	for _, other := range cycle {
		if err := other.on(); err != nil {
			return err
		}
	}
	return on()
}

// carryOut deletes what goes with the row. From the second round on, it looks again for
// rows that refer to those put off below, as a trigger may have attached one to them.
func (d *Deletion) carryOut() error {
	round := []*Deletion{d}
	return d.tx.CarryOut(d.table, func() error {
		for _, row := range round {
			if err := row.cascade(); err != nil {
				return err
			}
		}
		round = append([]*Deletion{d}, d.putOff()...)
		return nil
	})
}

// putOff returns the rows that were put off since d began.
func (d *Deletion) putOff() []*Deletion {
	d.tx.state.Lock()
	defer d.tx.state.Unlock()
	return slices.Clone(d.tx.putOff[d.before:])
}

// conclude puts the row off, or returns the rows that were put off until it.
func (d *Deletion) conclude() (cycle []*Deletion, last bool) {
	d.tx.state.Lock()
	defer d.tx.state.Unlock()
	if d.low < d.depth {
		d.outer.low = min(d.outer.low, d.low)
		d.tx.putOff = append(d.tx.putOff, d)
		for _, below := range d.tx.putOff[d.before:] { // each leads to d, or around it
			below.low = min(below.low, d.low)
		}
		return nil, false
	}
	cycle = append(cycle, d.tx.putOff[d.before:]...)
	d.tx.putOff = d.tx.putOff[:d.before]
	return cycle, true
}

// Done ends the deletion, however it went.
func (d *Deletion) Done() {
	d.tx.state.Lock()
	defer d.tx.state.Unlock()
	d.tx.deletions = d.outer
}
