package model_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/authgen/authgen/gen/model"
	"github.com/authgen/authgen/gen/schema"
)

// carried returns "child.field" of what the adapter carries out when a row of
// a table is deleted.
func carried(t *model.Table) string {
	var list []string
	for _, c := range t.Cascades {
		s := c.Child.Key + "." + c.Field.Key
		if c.SetNull {
			s += "=null"
		}
		list = append(list, s)
	}
	return strings.Join(list, " ")
}

func TestCascades(t *testing.T) {
	const null = "onDelete: setNull}, nullable: true"
	cases := []struct {
		name, schema  string
		want          string // of table a
		beneath       string
		cycle, perRow bool
		unit          bool
	}{
		{name: "no triggers", schema: "tables: {a: {}, b: {fields: {aId: {references: a}}}}", beneath: "b"},
		{name: "create triggers do not count", schema: "tables: {a: {}, b: {fields: {aId: {references: a}}, triggers: [onCreate, onUpdate]}}", beneath: "b"},
		{name: "cascade", schema: "tables: {a: {}, b: {fields: {aId: {references: a}}, triggers: [onDelete]}}", want: "b.aId", beneath: "b", perRow: true, unit: true},
		{name: "two levels", schema: "tables: {a: {}, b: {fields: {aId: {references: a}}}, c: {fields: {bId: {references: b}}, triggers: [beforeDelete]}}", want: "b.aId", beneath: "b c", perRow: true, unit: true},
		{name: "declared first", schema: "tables: {c: {fields: {bId: {references: b}}, triggers: [beforeDelete]}, b: {fields: {aId: {references: a}}}, a: {}}", want: "b.aId", beneath: "c b", perRow: true, unit: true},
		{name: "set null", schema: "tables:\n  a: {}\n  b: {fields: {aId: {references: {table: a, " + null + "}}, triggers: [onUpdate]}", want: "b.aId=null", beneath: "b", perRow: true, unit: true},
		{name: "set null and delete triggers", schema: "tables:\n  a: {}\n  b: {fields: {aId: {references: {table: a, " + null + "}}, triggers: [onDelete]}", beneath: "b"},
		{name: "set null goes no further", schema: "tables:\n  a: {}\n  b: {fields: {aId: {references: {table: a, " + null + "}}}\n  c: {fields: {bId: {references: b}}, triggers: [onDelete]}", beneath: "b"},
		{name: "restrict", schema: "tables: {a: {}, b: {fields: {aId: {references: {table: a, onDelete: restrict}}}, triggers: [onDelete]}}"},
		{name: "self", schema: "tables: {a: {fields: {aId: {references: a, nullable: true}}, triggers: [onDelete]}}", want: "a.aId", beneath: "a", cycle: true, perRow: true, unit: true},
		{name: "self without triggers", schema: "tables: {a: {fields: {aId: {references: a, nullable: true}}}}", beneath: "a"},
		{name: "cycle of two", schema: "tables: {a: {fields: {bId: {references: b, nullable: true}}}, b: {fields: {aId: {references: a}}, triggers: [onDelete]}}", want: "b.aId", beneath: "a b", cycle: true, perRow: true, unit: true},
		{name: "only on", schema: "tables: {a: {triggers: [onDelete]}}", unit: true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m, problems := load(c.schema)
			if len(problems) > 0 {
				t.Fatal(schema.Report("schema.yaml", problems))
			}
			a := m.Table("a")
			if got := carried(a); got != c.want {
				t.Errorf("carried out: %q, want %q", got, c.want)
			}
			if got := strings.Join(a.Beneath, " "); got != c.beneath {
				t.Errorf("beneath: %q, want %q", got, c.beneath)
			}
			if a.InCycle != c.cycle || a.Deleting.InTurn() != c.perRow || a.Deleting.InUnit() != c.unit {
				t.Errorf("cycle %v, per row %v, unit %v", a.InCycle, a.Deleting.InTurn(), a.Deleting.InUnit())
			}
		})
	}
}

// steps prints what Explain returns, a word or two a step.
func steps(list []model.Step) string {
	var words []string
	for _, s := range list {
		word := string(s.Kind)
		switch s.Kind {
		case model.Statement:
			word, _, _ = strings.Cut(s.SQL, " ")
		case model.Fire:
			word = s.Trigger.Name
		case model.Cascading:
			word = fmt.Sprintf("%s.%s(%s)", s.Table.Key, s.Operation, s.By.Key)
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func TestExplain(t *testing.T) {
	m := build(t, `tables:
  plain: {fields: {x: int}}
  full: {fields: {x: int}, triggers: all}
  on: {fields: {x: int}, triggers: [onDelete, onUpdate]}
  child: {fields: {fullId: {references: full}}, triggers: [onDelete]}
`)
	cases := []struct {
		table string
		op    model.Operation
		want  string
	}{
		{"plain", model.Create, "alone INSERT"},
		{"plain", model.Update, "alone UPDATE"},
		{"plain", model.UpdateMany, "alone UPDATE"},
		{"plain", model.Delete, "alone DELETE"},
		{"plain", model.DeleteMany, "alone DELETE"},
		{"plain", model.ConsumeOne, "alone DELETE"},
		{"plain", model.IncrementOne, "alone UPDATE"},
		{"full", model.Create, "begin BeforeCreateFull INSERT OnCreateFull commit"},
		{"full", model.Update, "begin SELECT BeforeUpdateFull UPDATE OnUpdateFull commit"},
		{"full", model.IncrementOne, "begin SELECT BeforeUpdateFull UPDATE OnUpdateFull commit"},
		{"full", model.UpdateMany, "begin SELECT SELECT BeforeUpdateFull UPDATE OnUpdateFull commit"},
		{"full", model.Delete, "begin SELECT BeforeDeleteFull child.deleteMany(fullId) DELETE OnDeleteFull commit"},
		{"full", model.ConsumeOne, "begin SELECT BeforeDeleteFull child.deleteMany(fullId) DELETE OnDeleteFull commit"},
		{"on", model.DeleteMany, "begin DELETE WITH SELECT OnDeleteOn commit"},
		{"on", model.Create, "alone INSERT"},
	}
	for _, c := range cases {
		if got := steps(m.Table(c.table).Explain(c.op, schema.Postgres)); got != c.want {
			t.Errorf("%s.%s: %s\nwant %s", c.table, c.op, got, c.want)
		}
	}
	if got := m.Table("plain").Explain(model.Update, schema.Postgres)[1].SQL; got != `UPDATE "plain" SET … WHERE "id" = $1 RETURNING "id", "x"` {
		t.Error(got)
	}
}

func TestTriggers(t *testing.T) {
	m := build(t, "tables: {userRole: {fields: {x: int}, triggers: all}}")
	var got []string
	for _, method := range m.Triggers() {
		var params []string
		for _, p := range method.Params {
			params = append(params, p.Name+" "+p.TypeIn("auth"))
		}
		got = append(got, method.Name+"("+strings.Join(params, ", ")+")")
	}
	want := []string{
		"BeforeCreateUserRole(ctx context.Context, tx *auth.Tx, userRole *auth.UserRole)",
		"OnCreateUserRole(ctx context.Context, tx *auth.Tx, userRole auth.UserRole)",
		"BeforeUpdateUserRole(ctx context.Context, tx *auth.Tx, old auth.UserRole, patch *auth.UserRolePatch)",
		"OnUpdateUserRole(ctx context.Context, tx *auth.Tx, change auth.UserRoleChange)",
		"BeforeDeleteUserRole(ctx context.Context, tx *auth.Tx, userRole auth.UserRole)",
		"OnDeleteUserRole(ctx context.Context, tx *auth.Tx, userRole auth.UserRole)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	if file := m.Triggers()[0].File; file != "user_role.go" {
		t.Error(file)
	}
}
