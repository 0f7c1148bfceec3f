package model

import (
	"maps"
	"slices"

	"github.com/authgen/authgen/gen/schema"
)

// A Plan is what the writes of a table do beyond their statement. An operation
// that does nothing more is one statement without a transaction (U6).
type Plan struct {
	BeforeCreate, OnCreate bool
	BeforeUpdate, OnUpdate bool
	BeforeDelete, OnDelete bool

	// Cascades are the references to the table that the adapter carries out
	// when a row is deleted, in the order of their tables.
	Cascades []*Cascade
	// InCycle: deleting a row may lead back to the table.
	InCycle bool
	// Endless: a chain of any length may be deleted with a row of the table. Ring: the
	// references of that chain lead from a table to others and back.
	Endless, Ring bool

	Creating, Updating, Deleting Write

	CanPatch            bool // a field can be patched; otherwise there is no update at all
	CanUpsert           bool // a row can be found by other fields than its id, and patched
	CanAdd              bool // a field is a number that can be patched
	Touches             bool // an update moves a field to the clock
	CreateClock         bool // what Create stores depends on the clock
	Tidies, TidiesPatch bool // values of a field, or of one that a patch sets, have several forms
}

// A Shape is how an operation writes rows.
type Shape int

// The shapes.
const (
	// AtOnce is one statement without a transaction of its own (U6): no trigger and no event
	// needs the rows.
	AtOnce Shape = iota
	// Together is a transaction that writes a batch of rows at once. The rows come back, so
	// that a trigger, or the outbox, is told of each.
	Together
	// InTurn is a transaction in which each row has its turn, because something comes ahead
	// of its write.
	InTurn
)

// A Write is what an operation of a table does.
type Write struct {
	Shape Shape
	Tells bool // a trigger, or the outbox, is told of what was done
	Quiet bool // without triggers, many rows are written AtOnce
}

// InUnit reports whether the operation needs a unit of work.
func (w Write) InUnit() bool { return w.Shape != AtOnce }

// InTurn reports whether each row has its turn.
func (w Write) InTurn() bool { return w.Shape == InTurn }

// writeOf returns the write of an operation with something ahead of each row, or behind it.
func writeOf(ahead, tells, quiet bool) Write {
	w := Write{Tells: tells, Quiet: quiet}
	switch {
	case ahead:
		w.Shape = InTurn
	case tells:
		w.Shape = Together
	}
	return w
}

// AddsAgain reports whether a trigger ahead of an update may write the number that an
// addition starts from.
func (p *Plan) AddsAgain() bool { return p.CanAdd && p.Updating.InTurn() }

// LocksFirst reports whether an update, or an addition, locks and reads its row ahead of
// the write.
func (p *Plan) LocksFirst() bool { return p.Updating.InTurn() || p.CanAdd && p.Updating.Tells }

// A Cascade is a reference that the adapter carries out when the row to which it refers is
// deleted (D3).
type Cascade struct {
	Child   *Table
	Field   *Field // of the child
	SetNull bool   // the reference is set to null; otherwise the child's rows are deleted
	Records bool   // it leads to events, so the adapter carries it out without triggers too

	Guard string // Go condition that the row has a value to refer to; empty: it always has
	Value string // Go expression of that value
	Null  string // Go expression of the null that is set

	target *Field // the field referred to; nil for the id
}

// fill computes the expressions, of the parent t.
func (c *Cascade) fill(t *Table) {
	c.Value = t.Var + ".ID"
	if c.target != nil {
		c.Value = t.Var + "." + c.target.GoName
		if c.target.Nullable {
			c.Guard, c.Value = c.Value+" != nil", "*"+c.Value
		}
	}
	c.Null = "Null[" + c.Field.Type.String() + "]()"
}

// plans chooses the plan of each table.
func (b *builder) plans() {
	for _, t := range b.model.Tables {
		t.declare()
	}
	b.eventsOf()
	children := b.children()
	for changed := true; changed; { // until nothing changes: a reference that is carried out may make another one so
		changed = false
		for _, t := range b.model.Tables {
			changed = t.carry(children[t]) || changed
		}
	}
	order := make(map[*Table]int, len(b.model.Tables))
	for i, t := range b.model.Tables {
		order[t] = i
	}
	for _, t := range b.model.Tables {
		b.model.HasTriggers = b.model.HasTriggers || len(t.source.Triggers) > 0
	}
	for _, t := range b.model.Tables {
		t.InCycle = t.leadsBack()
		t.Beneath = beneath(t, children, order)
		t.Endless, t.Ring = chains(t, children)
		b.conclude(t)
		b.checkTriggers(t)
		t.CanUpsert = t.CanPatch && slices.ContainsFunc(t.Finders, func(f *Finder) bool { return f.Upsert() != "" })
		b.model.HasUpserts = b.model.HasUpserts || t.CanUpsert
		b.model.HasUnits = b.model.HasUnits || t.Creating.InUnit() || t.Updating.InUnit() || t.Deleting.InUnit() || t.CanUpsert
		b.model.FiresPatch = b.model.FiresPatch || t.BeforeUpdate
		b.model.FiresWritten = b.model.FiresWritten || t.OnCreate || t.OnUpdate
		b.model.FiresDocument = b.model.FiresDocument || slices.ContainsFunc(t.source.Triggers, func(name schema.Trigger) bool { return name != schema.BeforeUpdate })
	}
}

// declare records the triggers that the schema declares.
func (t *Table) declare() {
	for _, name := range t.source.Triggers {
		switch name {
		case schema.BeforeCreate:
			t.BeforeCreate = true
		case schema.OnCreate:
			t.OnCreate = true
		case schema.BeforeUpdate:
			t.BeforeUpdate = true
		case schema.OnUpdate:
			t.OnUpdate = true
		case schema.BeforeDelete:
			t.BeforeDelete = true
		case schema.OnDelete:
			t.OnDelete = true
		}
	}
}

// A link is a reference as its target sees it.
type link struct {
	child *Table
	field *Field
	*foreign
}

// children returns the references to each table, in the order of the schema.
func (b *builder) children() map[*Table][]link {
	children := map[*Table][]link{}
	for _, t := range b.model.Tables {
		for _, f := range t.layout.foreign {
			children[f.parent] = append(children[f.parent], link{t, t.field(f.Field), f})
		}
	}
	return children
}

// carry finds the references to t that the adapter carries out, and reports
// whether there are more than before.
//
// D3 says: a child that declares triggers or events, or from which such a table
// is reachable. Only triggers and events count that the database's own ON
// DELETE would leave out. To delete a child's rows fires its delete triggers, and carries
// out what is beneath it. To set their reference to null fires its update triggers and goes
// no further, because no row is gone.
func (t *Table) carry(links []link) bool {
	var carried []*Cascade
	for _, l := range links {
		c := &Cascade{Child: l.child, Field: l.field, target: l.target}
		fires := false
		switch l.onDelete {
		case schema.Cascade:
			c.Records = len(l.child.Deleted) > 0 || l.child.cascadesRecord()
			fires = l.child.BeforeDelete || l.child.OnDelete || len(l.child.Cascades) > 0
		case schema.SetNull:
			c.SetNull, c.Records = true, l.child.records(l.field)
			fires = l.child.BeforeUpdate || l.child.OnUpdate
		}
		if fires || c.Records {
			carried = append(carried, c)
		}
	}
	more := len(carried) > len(t.Cascades) || recording(carried) > recording(t.Cascades)
	t.Cascades = carried
	return more
}

// cascadesRecord reports whether the cascades of the table lead to events.
func (t *Table) cascadesRecord() bool { return recording(t.Cascades) > 0 }

// recording returns how many of the cascades lead to events.
func recording(cascades []*Cascade) int {
	n := 0
	for _, c := range cascades {
		if c.Records {
			n++
		}
	}
	return n
}

// leadsBack reports whether carried deletions lead from t back to it.
func (t *Table) leadsBack() bool {
	seen := map[*Table]bool{}
	var visit func(*Table) bool
	visit = func(at *Table) bool {
		for _, c := range at.Cascades {
			if c.SetNull || seen[c.Child] {
				continue
			}
			seen[c.Child] = true
			if c.Child == t || visit(c.Child) {
				return true
			}
		}
		return false
	}
	return visit(t)
}

// chains reports whether the references that delete rows with a row of t lead into a
// cycle, and whether they lead into a cycle of several tables.
func chains(t *Table, children map[*Table][]link) (endless, ring bool) {
	reached := goesWith(t, children)
	reached[t] = true
	for u := range reached {
		below := goesWith(u, children)
		endless = endless || below[u]
		for v := range below {
			ring = ring || v != u && goesWith(v, children)[u]
		}
	}
	return endless, ring
}

// goesWith returns the tables whose rows are deleted with a row of t.
func goesWith(t *Table, children map[*Table][]link) map[*Table]bool {
	below := map[*Table]bool{}
	for todo := []*Table{t}; len(todo) > 0; {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, l := range children[at] {
			if l.onDelete == schema.Cascade && !below[l.child] {
				below[l.child] = true
				todo = append(todo, l.child)
			}
		}
	}
	return below
}

// beneath returns the keys of the tables that the database may write to when
// a row of t is deleted.
func beneath(t *Table, children map[*Table][]link, order map[*Table]int) []string {
	deleted := goesWith(t, children)
	written := maps.Clone(deleted)
	deleted[t] = true
	for at := range deleted {
		for _, l := range children[at] {
			if l.onDelete != schema.Restrict {
				written[l.child] = true
			}
		}
	}
	tables := slices.Collect(maps.Keys(written))
	byDeclaration(tables, order)
	keys := make([]string, len(tables))
	for i, w := range tables {
		keys[i] = w.Key
	}
	return keys
}

// conclude computes what follows from triggers, cascades and fields.
func (b *builder) conclude(t *Table) {
	t.Creating = writeOf(t.BeforeCreate, t.OnCreate || len(t.Created) > 0, b.model.HasTriggers)
	t.Updating = writeOf(t.BeforeUpdate, t.OnUpdate || len(t.Updated) > 0, b.model.HasTriggers && len(t.Updated) == 0)
	t.Deleting = writeOf(t.BeforeDelete || len(t.Cascades) > 0, t.OnDelete || len(t.Deleted) > 0,
		b.model.HasTriggers && len(t.Deleted) == 0 && !t.cascadesRecord())
	for _, f := range t.Fields {
		t.CanPatch = t.CanPatch || f.InPatch
		t.CanAdd = t.CanAdd || f.Delta != ""
		t.Touches = t.Touches || f.Touch
		t.Tidies = t.Tidies || f.Tidy != ""
		t.TidiesPatch = t.TidiesPatch || f.Tidy != "" && f.InPatch
		d := f.source.Default
		t.CreateClock = t.CreateClock || d != nil && d.Now || d == nil && f.Touch && !f.Nullable
	}
}

// checkTriggers refuses triggers that could never fire.
func (b *builder) checkTriggers(t *Table) {
	for _, name := range t.source.Triggers {
		if !t.CanPatch && (name == schema.BeforeUpdate || name == schema.OnUpdate) {
			b.problem(t.source.Pos, `table %q: %s would never run, as no field of the table can be updated; take it out of "triggers"`, t.Key, name)
		}
	}
}
