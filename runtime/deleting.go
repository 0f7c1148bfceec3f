package runtime

// A Deletion is a row whose deletion is under way: its children are being
// deleted ahead of it (D3).
type Deletion struct {
	tx    *Tx
	table *Table
	key   string
	met   bool
	outer *Deletion
}

// Deleting begins the deletion of a row. It returns nil if a cycle of
// references has led back to a row whose deletion is under way already.
// Otherwise Done must be called.
func (tx *Tx) Deleting(t *Table, key string) *Deletion {
	tx.state.Lock()
	defer tx.state.Unlock()
	for d := tx.deletions; d != nil; d = d.outer {
		if d.table == t && d.key == key {
			d.met = true
			return nil
		}
	}
	tx.deletions = &Deletion{tx: tx, table: t, key: key, outer: tx.deletions}
	return tx.deletions
}

// Met reports whether a cycle of references led back to the row, so that the
// database may have deleted it together with one of its children.
func (d *Deletion) Met() bool {
	d.tx.state.Lock()
	defer d.tx.state.Unlock()
	return d.met
}

// Done ends the deletion.
func (d *Deletion) Done() {
	d.tx.state.Lock()
	defer d.tx.state.Unlock()
	d.tx.deletions = d.outer
}
