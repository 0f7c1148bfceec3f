package runtime

import (
	"slices"

	"github.com/authgen/authgen/dialect"
)

// A Deletion is a row whose deletion is under way. The rows that refer to it are deleted
// ahead of it (D3).
//
// If references form a cycle, and one row of the cycle is deleted, the database deletes all
// of them, and the rows that refer to them, at once and without triggers. So the rows of a
// cycle stay in place until the first of them, to which all others lead back, is deleted
// last. Deletions find the rows of a cycle as Tarjan's algorithm finds strongly connected
// components.
type Deletion struct {
	tx     *Tx
	table  *dialect.Table
	key    string
	outer  *Deletion
	depth  int // how many deletions are around this one
	low    int // the least depth to which the row is known to lead back
	before int // how many rows had been put off when this deletion began

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

// Finish calls cascade, which carries out the references to the row. Then it calls remove,
// which deletes the row and reports whether there was one, and on. If the row leads back to
// a row around it, Finish puts remove and on off until that row is deleted.
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
		// The database has deleted it with this row, unless a trigger took it out of the cycle.
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
// rows that refer to the rows that were put off below, because a trigger may have attached
// one to them.
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

// conclude puts the row off, if it leads back to a row around it. Otherwise it returns the
// rows that waited for this one.
func (d *Deletion) conclude() (cycle []*Deletion, last bool) {
	d.tx.state.Lock()
	defer d.tx.state.Unlock()
	if d.low < d.depth {
		d.outer.low = min(d.outer.low, d.low)
		d.tx.putOff = append(d.tx.putOff, d)
		for _, below := range d.tx.putOff[d.before:] { // each leads back to d, or further
			below.low = min(below.low, d.low)
		}
		return nil, false
	}
	cycle = append(cycle, d.tx.putOff[d.before:]...)
	d.tx.putOff = d.tx.putOff[:d.before]
	return cycle, true
}

// Done ends the deletion, whether or not it succeeded.
func (d *Deletion) Done() {
	d.tx.state.Lock()
	defer d.tx.state.Unlock()
	d.tx.deletions = d.outer
}
