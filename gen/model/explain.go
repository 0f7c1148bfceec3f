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
	Alone     StepKind = "alone" // what follows is one statement and no transaction
)

// A Step is one thing that a write does.
type Step struct {
	Kind StepKind
	SQL  string // of a statement; what depends on the call is "…"
	Long bool   // it is run only where the rows are more than a batch

	Trigger *Trigger // of a trigger
	Event   *Event   // of an event that is recorded
	Each    bool     // runs for each row, not once for a batch

	// Of a cascade: the operation on the rows of another table that refer to
	// this one by a field. Its steps are those of Explain for that table, but
	// for begin and commit.
	Table     *Table
	Operation Operation
	By        *Field
}

// Explain returns what a write does, in order, in the words of a dialect; of
// MySQL's two servers, those of MariaDB. An operation on many rows does it once
// for each batch of them.
func (t *Table) Explain(op Operation, d schema.Dialect) []Step {
	e := &explainer{table: t, operation: op, dialect: d, methods: map[schema.Trigger]*Trigger{}}
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
	table     *Table
	operation Operation
	dialect   schema.Dialect
	methods   map[schema.Trigger]*Trigger
	steps     []Step
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

// update explains the update of one row. With locks, the row is read ahead of
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

// updateUnreturned explains an update of MySQL, which gives back no row that it
// writes.
func (e *explainer) updateUnreturned(of target) {
	if of != e.byID() {
		e.sql(e.locking("SELECT " + e.id() + e.from() + string(of)))
	}
	e.sql(e.set() + " WHERE " + e.id() + " = …")
	e.sql(e.all() + string(e.byID()))
}

// updateLocked explains the write of a row that is read again, where nothing
// that is told of it asks for the row as it was.
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

// write adds a statement that writes. A DELETE that SQLite may leave half done,
// as the cascades are too deep for it, runs in a savepoint.
func (e *explainer) write(text string) {
	if !e.deletes() || !e.table.Endless || e.dialect != schema.SQLite {
		e.sql(text)
		return
	}
	e.sql("SAVEPOINT authgen_1")
	e.sql(text)
	e.sql("RELEASE SAVEPOINT authgen_1")
}

// deleted explains what is told of rows that are gone.
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

// takeMany explains the deletion of a batch of rows that are read.
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
