package reconcile

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

const ledgerSchema = `
version: 1
out: ./auth
tables:
  user:
    fields:
      name: string
      email: string
      price: {type: string, goType: github.com/shopspring/decimal.Decimal}
      password: {type: string, secret: true}
      updatedAt: {type: time, onUpdate: now}
  tag: {fields: {name: string}}
  log: {fields: {text: string}}
events:
  user.made: {on: user.create, payload: [id]}
  user.created: {on: user.create}
  user.mailed: {on: user.update, fields: [email], payload: [id, email]}
  user.updated: {on: user.update}
  user.password_changed: {on: user.update, fields: [password], payload: [id, name]}
  tag.created: {on: tag.create, payload: [id]}
  tag.deleted: {on: tag.delete, payload: [id]}
  log.changed: {on: log.update, fields: [text], payload: [id]}
`

func TestMissed(t *testing.T) {
	m := loadModel(t, ledgerSchema)
	everyType := func(string) bool { return true }
	user := `{"name": "Ada", "email": "a@example.com", "price": "1.50", "updatedAt": "2026-01-02T03:04:05Z"}`
	for _, c := range []struct {
		what, table, row, told string
		wanted                 func(string) bool
		want, changed          string
	}{
		{"never told: the event that carries most", "user", user, "", everyType, "user.created", ""},
		{"never told, and only another is wanted", "user", user, "", func(e string) bool { return e == "user.made" }, "user.made", ""},
		{"told the same", "user", user, user, everyType, "", ""},
		{"told the same, written otherwise", "user", user, strings.ReplaceAll(user, "A", `\u0041`), everyType, "", ""},
		{"another name", "user", user, strings.Replace(user, "Ada", "Bob", 1), everyType, "user.updated", "name"},
		{"another address: one event tells all", "user", user, strings.Replace(user, "a@", "b@", 1), everyType, "user.updated", "email"},
		{"another address, and only that is wanted", "user", user, strings.Replace(user, "a@", "b@", 1), func(e string) bool { return e == "user.mailed" }, "user.mailed", "email"},
		{"another name, which is not wanted", "user", user, strings.Replace(user, "Ada", "Bob", 1), func(e string) bool { return e == "user.mailed" }, "", ""},
		{"what every update moves", "user", user, strings.Replace(user, "03:04", "03:03", 1), everyType, "", ""},
		{"what a type of the user's writes", "user", user, strings.Replace(user, `"1.50"`, `1.5`, 1), everyType, "", ""},
		{"a field that it was never told", "user", user, `{"name": "Ada"}`, everyType, "user.updated", "email"},
		{"a change that does not show", "user", user, strings.Replace(user, "Ada", "Bob", 1), func(e string) bool { return e == "user.password_changed" }, "", ""},
		{"there is nothing to tell but that it is there", "tag", `{"name": "x"}`, "", everyType, "tag.created", ""},
		{"without update events it is there or not", "tag", `{"name": "x"}`, `{}`, everyType, "", ""},
		{"without a create event nothing is missed", "log", `{"text": "x"}`, "", everyType, "", ""},
		{"what is watched and not carried does not show", "log", `{"text": "x"}`, `{}`, everyType, "", ""},
	} {
		r := &row{id: "1", values: map[string]json.RawMessage{}}
		if err := json.Unmarshal([]byte(c.row), &r.values); err != nil {
			t.Fatal(err)
		}
		known := told{there: c.told != "", values: map[string]json.RawMessage{}}
		if known.there {
			if err := json.Unmarshal([]byte(c.told), &known.values); err != nil {
				t.Fatal(err)
			}
		}
		var types, changed []string
		for _, e := range NewLedger(m.Table(c.table), c.wanted).missed(r, known) {
			types, changed = append(types, e.Type), e.Changed
		}
		if got := strings.Join(types, " "); got != c.want || strings.Join(changed, " ") != c.changed {
			t.Errorf("%s: told %q, as %v changed, want %q, %q", c.what, got, changed, c.want, c.changed)
		}
	}
}

func TestOpaqueKeys(t *testing.T) {
	m := loadModel(t, ledgerSchema)
	if got := NewLedger(m.Table("user"), func(string) bool { return true }).OpaqueKeys(); !slices.Equal(got, []string{"price"}) {
		t.Errorf("the fields of which the JSON is not known are %v", got)
	}
}

func TestSameJSON(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`{"a":1,"b":[1,2]}`, ` { "b" : [1.0, 20e-1], "a": 1e0 } `, true},
		{`"ä"`, `"\u00e4"`, true},
		{`1.50`, `1.5`, true}, {`100`, `1E+2`, true}, {`0.001`, `1e-3`, true}, {`-0`, `0`, true}, {`0e999999999999`, `0`, true},
		{`10e999999999999`, `1e1000000000000`, true}, {`1e999999999999`, `1e999999999998`, false},
		{`9007199254740993`, `9007199254740992`, false}, {`1`, `-1`, false}, {`1`, `"1"`, false}, {`10`, `1`, false}, {`0.1`, `0.01`, false},
		{`null`, `null`, true}, {`null`, `""`, false}, {`true`, `false`, false}, {`{}`, `[]`, false},
		{`{"a":null}`, `{}`, false}, {`{"a":1}`, `{"b":1}`, false}, {`[1,2]`, `[2,1]`, false}, {`[1]`, `[1,1]`, false},
		{`{`, `[`, false},
	} {
		if got := sameJSON(json.RawMessage(c.a), json.RawMessage(c.b)); got != c.want {
			t.Errorf("%s and %s: same is %v", c.a, c.b, got)
		}
		if got := sameJSON(json.RawMessage(c.b), json.RawMessage(c.a)); got != c.want {
			t.Errorf("%s and %s: same is %v", c.b, c.a, got)
		}
	}
}

func TestCursor(t *testing.T) {
	for _, c := range []Cursor{{Table: "user"}, {Table: "user", After: "a/b'c"}, {Table: "user", Gone: true, After: "1"}} {
		if got, ok := ReadCursor(c.String()); !ok || got != c {
			t.Errorf("%v became %v, %v", c, got, ok)
		}
	}
	for _, text := range []string{"user", "user/", "user/x/1", "rows/1"} {
		if c, ok := ReadCursor(text); ok {
			t.Errorf("%q is %v", text, c)
		}
	}
}
