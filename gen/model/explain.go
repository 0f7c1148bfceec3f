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

// Explain returns what a write does, in order, in the words of a dialect.
func (t *Table) Explain(op Operation, d schema.Dialect) []Step {
	e := &explainer{table: t, dialect: d, methods: map[schema.Trigger]*Trigger{}}
	for _, m := range t.Methods {
		e.methods[m.Trigger] = m
	}
	switch op {
	case Create:
		e.create()
	case Update:
		e.update(t.FullText(t.ByID, d))
	case UpdateOne, IncrementOne:
		e.update(e.chosen())
	case UpdateMany:
		e.updateMany()
	case Delete:
		e.delete(t.FullText(t.ByID, d), t.FullText(t.Delete, d))
	case ConsumeOne:
		e.delete(e.chosen(), "DELETE FROM "+e.name()+e.oneOf()+e.returning())
	case DeleteMany:
		e.deleteMany()
	}
	return e.steps
}

// An explainer collects the steps of one operation.
type explainer struct {
	table   *Table
	dialect schema.Dialect
	methods map[schema.Trigger]*Trigger
	steps   []Step
}

func (e *explainer) step(kind StepKind) { e.steps = append(e.steps, Step{Kind: kind}) }

func (e *explainer) sql(text string) { e.steps = append(e.steps, Step{Kind: Statement, SQL: text}) }

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

func (e *explainer) name() string { return ident(e.dialect, e.table.SQLName) }

func (e *explainer) id() string { return ident(e.dialect, e.table.ID.Column) }

// byID returns the condition of one row.
func (e *explainer) byID() string { return " WHERE " + e.id() + " = " + placeholder(e.dialect, 1) }

// oneOf returns the condition of one of the rows that match.
func (e *explainer) oneOf() string {
	return " WHERE " + e.id() + " = (SELECT " + e.id() + " FROM " + e.name() + " WHERE … ORDER BY " + e.id() + " LIMIT 1) AND …"
}

// chosen returns the statement that reads one of the rows that match.
func (e *explainer) chosen() string {
	return e.table.SelectAll(e.dialect) + " WHERE … ORDER BY " + e.id() + " LIMIT 1"
}

// batch returns the statement that reads rows of a walk.
func (e *explainer) batch() string {
	return e.table.SelectAll(e.dialect) + " WHERE … ORDER BY " + e.id() + " LIMIT 500"
}

func (e *explainer) returning() string { return e.table.FullText(e.table.Returning, e.dialect) }

// locking returns a statement that reads rows for the rest of the transaction;
// a writer of SQLite has the whole file.
func (e *explainer) locking(text string) string {
	if e.dialect == schema.SQLite {
		return text
	}
	return text + " FOR UPDATE"
}

func (e *explainer) create() {
	insert := e.table.FullText(e.table.Insert, e.dialect)
	if !e.table.CreateUnit {
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

// update explains the update of one row that a statement reads.
func (e *explainer) update(read string) {
	set := "UPDATE " + e.name() + " SET …"
	if !e.table.UpdateUnit {
		where := e.byID()
		if read != e.table.FullText(e.table.ByID, e.dialect) {
			where = e.oneOf()
		}
		e.alone(set + where + e.returning())
		return
	}
	e.step(Begin)
	e.sql(e.locking(read))
	e.fire(schema.BeforeUpdate, true)
	e.sql(set + " WHERE " + e.id() + " = …")
	e.record(e.table.Updated)
	e.fire(schema.OnUpdate, true)
	e.step(Commit)
}

func (e *explainer) updateMany() {
	set := "UPDATE " + e.name() + " SET … WHERE "
	if !e.table.UpdateUnit {
		e.alone(set + "…")
		return
	}
	e.step(Begin)
	e.sql("SELECT max(" + e.id() + ") FROM " + e.name() + " WHERE …")
	e.sql(e.locking(e.batch()))
	e.fire(schema.BeforeUpdate, true)
	e.sql(set + e.id() + " IN (…)")
	e.record(e.table.Updated)
	e.fire(schema.OnUpdate, true)
	e.step(Commit)
}

// delete explains the deletion of one row that a statement reads.
func (e *explainer) delete(read, remove string) {
	if !e.table.DeleteUnit {
		e.alone(remove)
		return
	}
	e.step(Begin)
	e.sql(e.locking(read))
	e.deleteRow()
	e.step(Commit)
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
	e.sql(e.table.FullText(e.table.Delete, e.dialect))
	e.record(e.table.Deleted)
	e.fire(schema.OnDelete, true)
}

func (e *explainer) deleteMany() {
	if !e.table.DeleteUnit {
		e.alone("DELETE FROM " + e.name() + " WHERE …")
		return
	}
	e.step(Begin)
	e.sql("SELECT max(" + e.id() + ") FROM " + e.name() + " WHERE …")
	e.sql(e.locking(e.batch()))
	if e.table.DeletePerRow {
		e.deleteRow()
	} else {
		e.sql("DELETE FROM " + e.name() + " WHERE " + e.id() + " IN (…)")
		e.record(e.table.Deleted)
		e.fire(schema.OnDelete, true)
	}
	e.step(Commit)
}
