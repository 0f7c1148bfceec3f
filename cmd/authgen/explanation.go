package main

import (
	"slices"
	"strings"

	"github.com/authgen/authgen/gen/model"
	"github.com/authgen/authgen/gen/schema"
)

// explanation returns what each write of a table does, as text.
func explanation(t *model.Table, d schema.Dialect) string {
	e := &explainer{dialect: d}
	for _, op := range t.Operations() {
		e.call(callOf(t, op))
		e.told = map[string]bool{t.Key: true}
		e.steps(t, op, t.Explain(op, d))
		e.byDatabase(t, op)
		if op == model.Create {
			e.createMany(t)
		}
	}
	e.upserts(t)
	return e.text.String()
}

// call writes the line of a call, above what it does.
func (e *explainer) call(name string) {
	if e.text.Len() > 0 {
		e.text.WriteByte('\n')
	}
	e.text.WriteString(name + "\n")
}

// createMany writes what CreateMany does (M7).
func (e *explainer) createMany(t *model.Table) {
	create := callOf(t, model.Create)
	e.call(create + "Many")
	switch {
	case t.BeforeCreate || t.OnCreate:
		e.line("as " + create + " for each row, in one transaction")
	case t.ID.Serial && e.dialect != schema.Postgres:
		e.line("as " + create + " for each row, in one transaction: the database counts the ids")
	default:
		e.line("as " + create + ", with one INSERT for up to 500 rows")
	}
}

// upserts writes what the calls do that update a row or create it (O5).
func (e *explainer) upserts(t *model.Table) {
	for _, f := range t.Finders {
		if name := f.Upsert(); name != "" {
			e.call("db." + t.Doc + "." + name)
			e.line("as " + callOf(t, model.UpdateOne) + "; where no row matches, as " + callOf(t, model.Create) + " in a savepoint")
		}
	}
}

// callOf returns the call of an operation, such as "db.User.UpdateMany".
func callOf(t *model.Table, op model.Operation) string {
	name := string(op)
	return "db." + t.Doc + "." + strings.ToUpper(name[:1]) + name[1:]
}

// An explainer writes steps as text.
type explainer struct {
	text     strings.Builder
	dialect  schema.Dialect
	within   []cascade       // the cascades that are being written, outermost first
	recorded bool            // whether the transaction has events
	told     map[string]bool // keys of the tables that were written for the operation
}

// A cascade is an operation on one table.
type cascade struct {
	table *model.Table
	op    model.Operation
}

func (e *explainer) line(text string) {
	e.text.WriteString(strings.Repeat("    ", len(e.within)) + "  " + text + "\n")
}

// steps writes the steps of an operation.
func (e *explainer) steps(t *model.Table, op model.Operation, steps []model.Step) {
	for _, s := range steps {
		switch s.Kind {
		case model.Begin:
			e.begin()
		case model.Commit:
			e.commit()
		case model.Alone:
			if len(e.within) == 0 {
				e.line("one statement, without a transaction of its own")
			}
		case model.Statement:
			e.line(beyond(s.Long) + s.SQL)
		case model.Fire:
			e.line("trigger " + s.Trigger.Name + eachRow(s.Each && isMany(op)))
		case model.Recorded:
			e.recorded = true
			e.line("event " + s.Event.Key + s.Event.Condition() + eachRow(s.Each && isMany(op)))
		case model.Cascading:
			e.cascade(s, op)
		}
	}
}

// begin writes the start of a transaction. A cascade is in one already.
func (e *explainer) begin() {
	if len(e.within) == 0 {
		e.recorded = false
		e.line(string(model.Begin))
	}
}

// commit writes the end of a transaction.
func (e *explainer) commit() {
	if len(e.within) > 0 {
		return
	}
	if e.recorded {
		e.line(model.Staging(e.dialect))
	}
	e.line(string(model.Commit))
}

// cascade writes what happens to the rows of another table. References may form a circle,
// so it does not repeat a cascade that it is in.
func (e *explainer) cascade(s model.Step, op model.Operation) {
	e.told[s.Table.Key] = true
	next := cascade{s.Table, s.Operation}
	head := "cascade to " + s.Table.Key + "." + s.By.Key + eachRow(s.Each && isMany(op)) + ": as " + callOf(s.Table, s.Operation)
	if slices.Contains(e.within, next) {
		e.line(head + " above")
		return
	}
	e.line(head)
	e.within = append(e.within, next)
	e.steps(s.Table, s.Operation, s.Table.Explain(s.Operation, e.dialect))
	e.within = e.within[:len(e.within)-1]
}

// byDatabase writes which other tables the database itself may change in a delete.
func (e *explainer) byDatabase(t *model.Table, op model.Operation) {
	if op != model.Delete && op != model.DeleteMany && op != model.ConsumeOne {
		return
	}
	rest := slices.DeleteFunc(slices.Clone(t.Beneath), func(key string) bool { return e.told[key] })
	if len(rest) > 0 {
		e.line("also, by ON DELETE in the database and without triggers: " + strings.Join(rest, ", "))
	}
}

// beyond returns the condition of a statement that only many rows need.
func beyond(long bool) string {
	if long {
		return "beyond 500 rows: "
	}
	return ""
}

// isMany reports whether an operation is on several rows.
func isMany(op model.Operation) bool { return op == model.UpdateMany || op == model.DeleteMany }

// eachRow returns words for what happens to each row of several.
func eachRow(each bool) string {
	if each {
		return " for each row"
	}
	return ""
}
