package model

import (
	"github.com/authgen/authgen/gen/schema"
)

// An Operation is a write of a table.
type Operation string

// The operations, in the order in which they are explained.
const (
	Create       Operation = "create"
	Update       Operation = "update"
	UpdateOne    Operation = "updateOne"
	UpdateMany   Operation = "updateMany"
	Delete       Operation = "delete"
	DeleteMany   Operation = "deleteMany"
	ConsumeOne   Operation = "consumeOne"
	IncrementOne Operation = "incrementOne"
)

// Operations returns the writes that the table has.
func (t *Table) Operations() []Operation {
	list := []Operation{Create}
	if t.CanPatch {
		list = append(list, Update, UpdateOne, UpdateMany)
	}
	list = append(list, Delete, DeleteMany, ConsumeOne)
	if t.CanAdd {
		list = append(list, IncrementOne)
	}
	return list
}

// A StepKind is a kind of [Step].
type StepKind string

// The kinds of steps.
const (
	Begin     StepKind = "begin"
	Commit    StepKind = "commit"
	Statement StepKind = "statement"
	Fire      StepKind = "trigger"
	Cascading StepKind = "cascade"
	Recorded  StepKind = "event"
	Alone     StepKind = "alone" // the operation is one statement without a transaction
)

// A Step is one thing that a write does.
type Step struct {
	Kind StepKind
	SQL  string // for a statement: its text, with "…" for the parts that depend on the call
	Long bool   // the statement runs only if there are more rows than a batch

	Trigger *Trigger // for a trigger
	Event   *Event   // for an event that is recorded
	Each    bool     // the step runs for each row, not once for a batch

	// For a cascade: the operation on the rows of another table that refer to
	// this one by a field. Its steps are the steps of Explain for that table, without
	// begin and commit.
	Table     *Table
	Operation Operation
	By        *Field
}

// Explain returns the steps of a write, in order, in the words of a dialect. For MySQL it
// uses the words of MariaDB. An operation on many rows takes the steps once for each batch.
func (t *Table) Explain(op Operation, d schema.Dialect) []Step {
	e := &explainer{explained: explained{table: t, operation: op, dialect: d}, methods: map[schema.Trigger]*Trigger{}}
	for _, m := range t.Methods {
		e.methods[m.Trigger] = m
	}
	switch op {
	case Create:
		e.create()
	case Update:
		e.update(e.byID(), t.BeforeUpdate)
	case UpdateOne:
		e.update(e.first(), t.BeforeUpdate)
	case IncrementOne:
		e.update(e.first(), t.LocksFirst())
	case UpdateMany:
		e.updateMany()
	case Delete:
		e.delete(e.byID())
	case ConsumeOne:
		e.delete(e.first())
	case DeleteMany:
		e.deleteMany()
	}
	return e.steps
}

// An explainer collects the steps of one operation.
type explainer struct {
	explained
	methods map[schema.Trigger]*Trigger
	steps   []Step
}

func (e *explainer) step(kind StepKind) { e.steps = append(e.steps, Step{Kind: kind}) }

func (e *explainer) sql(text string) { e.steps = append(e.steps, Step{Kind: Statement, SQL: text}) }

// long adds a statement for more rows than a batch.
func (e *explainer) long(text string) {
	e.steps = append(e.steps, Step{Kind: Statement, SQL: text, Long: true})
}

// fire adds a trigger, if it is declared.
func (e *explainer) fire(name schema.Trigger, each bool) {
	if m := e.methods[name]; m != nil {
		e.steps = append(e.steps, Step{Kind: Fire, Trigger: m, Each: each})
	}
}

// record adds events.
func (e *explainer) record(events []*Event) {
	for _, event := range events {
		e.steps = append(e.steps, Step{Kind: Recorded, Event: event, Each: true})
	}
}

// Staging returns the statement that stores what the steps of a transaction
// recorded, ahead of its commit.
func Staging(d schema.Dialect) string { return "INSERT INTO " + ident(d, "authgen_event") + " …" }

// alone explains an operation that is one statement.
func (e *explainer) alone(text string) {
	e.step(Alone)
	e.sql(text)
}

func (e *explainer) create() {
	insert := e.rows().Insert()
	if !e.table.Creating.InUnit() {
		e.alone(insert)
		return
	}
	e.step(Begin)
	e.fire(schema.BeforeCreate, true)
	e.sql(insert)
	e.record(e.table.Created)
	e.fire(schema.OnCreate, true)
	e.step(Commit)
}

// update explains the update of one row. With locks, the operation reads the row ahead of
// the write.
func (e *explainer) update(of target, locks bool) {
	switch {
	case !e.table.Updating.InUnit() && e.dialect == schema.MySQL:
		e.step(Begin)
		e.updateUnreturned(of)
	case !e.table.Updating.InUnit():
		e.alone(e.set() + e.oneOf(of) + e.returning())
		return
	case !locks && e.dialect == schema.Postgres:
		e.step(Begin)
		e.sql(e.overwrite(of))
	default:
		e.step(Begin)
		e.sql(e.locking(e.all() + string(of)))
		e.fire(schema.BeforeUpdate, true)
		e.updateLocked()
	}
	e.record(e.table.Updated)
	e.fire(schema.OnUpdate, true)
	e.step(Commit)
}

// updateUnreturned explains an update of MySQL, because MySQL cannot return the row that it
// writes.
func (e *explainer) updateUnreturned(of target) {
	if of != e.byID() {
		e.sql(e.locking("SELECT " + e.id() + e.from() + string(of)))
	}
	e.sql(e.set() + " WHERE " + e.id() + " = …")
	e.sql(e.all() + string(e.byID()))
}

// updateLocked explains the write of a locked row that is read again. No trigger or event
// of the table needs the row as it was before.
func (e *explainer) updateLocked() {
	set := e.set() + " WHERE " + e.id() + " = …"
	if e.table.Updating.Tells {
		e.sql(set)
		return
	}
	if e.dialect != schema.MySQL {
		e.sql(set + e.returning())
		return
	}
	e.sql(set)
	e.sql(e.all() + string(e.byID()))
}

func (e *explainer) updateMany() {
	if !e.table.Updating.InUnit() {
		e.alone(e.set() + " WHERE …")
		return
	}
	e.step(Begin)
	switch {
	case e.table.BeforeUpdate:
		e.sql(e.locking(e.batch()))
		e.long(e.keys())
		e.fire(schema.BeforeUpdate, true)
		e.sql(e.set() + e.among())
	default:
		e.exchange(e.set())
		e.long(e.keys())
	}
	e.record(e.table.Updated)
	e.fire(schema.OnUpdate, true)
	e.step(Commit)
}

// delete explains the deletion of one row.
func (e *explainer) delete(of target) {
	switch {
	case !e.table.Deleting.InUnit() && of == e.byID():
		e.alone(e.rows().Delete())
	case !e.table.Deleting.InUnit():
		e.alone(e.remove() + e.oneOf(of) + e.returning())
	case e.table.Deleting.InTurn() || e.dialect == schema.SQLite:
		e.step(Begin)
		e.sql(e.locking(e.all() + string(of)))
		e.deleteRow()
		e.step(Commit)
	default:
		e.step(Begin)
		e.sql(e.remove() + e.oneOf(of) + e.returning())
		e.deleted()
		e.step(Commit)
	}
}

// deleteRow explains what happens to a row that is locked.
func (e *explainer) deleteRow() {
	e.fire(schema.BeforeDelete, true)
	for _, c := range e.table.Cascades {
		op := DeleteMany
		if c.SetNull {
			op = UpdateMany
		}
		e.steps = append(e.steps, Step{Kind: Cascading, Each: true, Table: c.Child, Operation: op, By: c.Field})
	}
	e.write(e.rows().Delete())
	e.deleted()
}

// write adds a statement that writes. A DELETE runs in a savepoint if SQLite may leave it
// half done because its cascades are too deep.
func (e *explainer) write(text string) {
	if !e.deletes() || !e.table.Endless || e.dialect != schema.SQLite {
		e.sql(text)
		return
	}
	e.sql("SAVEPOINT authgen_1")
	e.sql(text)
	e.sql("RELEASE SAVEPOINT authgen_1")
}

// deleted explains the events and triggers that follow a deletion.
func (e *explainer) deleted() {
	e.record(e.table.Deleted)
	e.fire(schema.OnDelete, true)
}

func (e *explainer) deleteMany() {
	if !e.table.Deleting.InUnit() {
		e.alone(e.remove() + " WHERE …")
		return
	}
	e.step(Begin)
	if e.table.Deleting.InTurn() {
		e.sql(e.locking(e.batch()))
		e.long(e.keys())
		e.deleteRow()
	} else {
		e.takeMany()
		e.long(e.keys())
		e.deleted()
	}
	e.step(Commit)
}

// takeMany explains the deletion of a batch of rows, which the operation also reads.
func (e *explainer) takeMany() {
	switch e.dialect {
	case schema.MySQL:
		e.sql(e.remove() + e.inBatches() + e.returning())
	case schema.Postgres:
		e.sql(e.remove() + " WHERE … AND (SELECT count(*) FROM (SELECT 1" + e.from() + " WHERE … LIMIT 501) AS authgen_few) <= 500" + e.returning())
		e.long(e.exchanged(e.remove()))
	default:
		e.exchange(e.remove())
	}
}

// exchange explains how a batch of rows is read and written, if nothing comes in between.
func (e *explainer) exchange(write string) {
	switch e.dialect {
	case schema.Postgres:
		e.sql(e.exchanged(write))
	case schema.SQLite:
		e.sql(e.batch())
		e.write(write + " WHERE …")
	default:
		e.sql(e.locking(e.batch()))
		e.sql(write + e.among())
	}
}
