package model

import (
	"strings"

	"github.com/authgen/authgen/gen/schema"
)

// A Trigger is a method that the user writes.
type Trigger struct {
	Trigger schema.Trigger
	Table   *Table
	Name    string // OnCreateUser
	Const   string // its name in runtime, "OnCreate"
	Doc     string // sentences, without line breaks
	File    string // base name of the file that a stub goes to
	Params  []TriggerParam
}

// A TriggerParam is a parameter of a trigger. The type is spelled as the
// generated package sees it.
type TriggerParam struct {
	Name    string
	Pointer bool
	Type    string // "User", "UserPatch", "Tx"; "context.Context"
}

// TypeIn returns the type as another package spells it. That package imports the generated
// package by the name pkg. An empty pkg stands for the generated package itself.
func (p TriggerParam) TypeIn(pkg string) string {
	name := p.Type
	if pkg != "" && !strings.Contains(name, ".") {
		name = pkg + "." + name
	}
	if p.Pointer {
		name = "*" + name
	}
	return name
}

// Triggers returns every declared trigger, by table and in the order in which
// they run.
func (m *Model) Triggers() []*Trigger {
	var all []*Trigger
	for _, t := range m.Tables {
		all = append(all, t.Methods...)
	}
	return all
}

// triggersOf returns the declared triggers of a table.
func triggersOf(t *Table) []*Trigger {
	var list []*Trigger
	for _, name := range t.source.Triggers {
		c := strings.ToUpper(string(name[:1])) + string(name[1:])
		method := &Trigger{Trigger: name, Table: t, Const: c, Name: c + t.Doc, File: t.File}
		method.Params = append([]TriggerParam{{Name: "ctx", Type: "context.Context"}, {Name: "tx", Pointer: true, Type: "Tx"}}, triggerParams(t, name)...)
		method.Doc = method.Name + " " + triggerDoc(t, name)
		list = append(list, method)
	}
	return list
}

// triggerParams returns the parameters that differ from trigger to trigger.
func triggerParams(t *Table, name schema.Trigger) []TriggerParam {
	switch name {
	case schema.BeforeCreate:
		return []TriggerParam{{t.Var, true, t.Doc}}
	case schema.BeforeUpdate:
		return []TriggerParam{{"old", false, t.Doc}, {"patch", true, t.Patch}}
	case schema.OnUpdate:
		return []TriggerParam{{"change", false, t.Change}}
	}
	return []TriggerParam{{t.Var, false, t.Doc}}
}

// triggerDoc returns the text of a trigger's doc comment that follows its name.
func triggerDoc(t *Table, name schema.Trigger) string {
	switch name {
	case schema.BeforeCreate:
		return "runs before " + t.A + " is stored. It may change every field but the id, or refuse the " + t.Noun + " with an error."
	case schema.OnCreate:
		return "runs after " + t.A + " was stored, in the same transaction."
	case schema.BeforeUpdate:
		return "runs before " + t.A + " is updated. It may change the patch, or refuse the update with an error."
	case schema.OnUpdate:
		return "runs after " + t.A + " was updated, in the same transaction."
	case schema.BeforeDelete:
		return "runs before " + t.A + " is deleted. It may refuse with an error."
	}
	return "runs after " + t.A + " was deleted, in the same transaction."
}
