package schema_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/authgen/authgen/gen/schema"
)

func FuzzParse(f *testing.F) {
	for _, s := range scenarios(f) {
		f.Add(s.src)
	}
	for _, src := range hostile() {
		if len(src) < 10_000 {
			f.Add([]byte(src))
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		s, problems := schema.Parse("schema.yaml", src)
		sound(t, s, problems)
		again, same := schema.Parse("schema.yaml", src)
		if !slices.Equal(problems, same) || dump(s) != dump(again) {
			t.Error("two runs differ")
		}
	})
}

// sound checks what holds for every result, and for a result without problems.
func sound(t *testing.T, s *schema.Schema, problems []schema.Problem) {
	t.Helper()
	if s == nil || s.Out == "" || s.Triggers == "" || s.Version != 1 || len(s.Dialects) == 0 || s.IDs == "" {
		t.Fatalf("schema lacks what it always has: %+v", s)
	}
	for _, p := range problems {
		if p.Pos.Line < 1 || p.Pos.Column < 1 {
			t.Errorf("no position: %+v", p)
		}
		if p.Message == "" || strings.ContainsAny(p.Message, "\n\r\x00") || !utf8.ValidString(p.Message) {
			t.Errorf("not a line: %q", p.Message)
		}
		if len(p.Message) > 2000 {
			t.Errorf("a message of %d bytes: %.200s", len(p.Message), p.Message)
		}
	}
	if !slices.Equal(problems, schema.SortProblems(problems)) && len(problems) <= 1000 {
		t.Error("problems are not sorted, or some are there twice")
	}
	for _, table := range s.Tables {
		soundTable(t, s, table, len(problems) == 0)
	}
	for _, e := range s.Events {
		if !slices.Contains(s.Tables, e.Table) || !slices.Contains([]string{"create", "update", "delete"}, e.On) {
			t.Errorf("event %q is on nothing", e.Key)
		}
		for _, f := range slices.Concat(e.Fields, e.Payload) {
			if f == nil || !slices.Contains(e.Table.Fields, f) {
				t.Fatalf("event %q has a field that is not its table's", e.Key)
			}
		}
		if slices.ContainsFunc(e.Payload, func(f *schema.Field) bool { return f.Secret }) {
			t.Errorf("event %q carries a secret", e.Key)
		}
	}
}

func soundTable(t *testing.T, s *schema.Schema, table *schema.Table, valid bool) {
	t.Helper()
	if table.Key == "" || table.IDs == "" || table.Pos.Line < 1 {
		t.Errorf("a table without key, ids or position: %+v", table)
	}
	for _, f := range table.Fields {
		if f.Key == "" || f.Key == "id" || f.Type == "" || f.Pos.Line < 1 {
			t.Errorf("a field without key, type or position: %+v", f)
		}
		if r := f.References; r != nil && !slices.Contains(s.Tables, r.Table) {
			t.Errorf("%s.%s references no table", table.Key, f.Key)
		}
		if valid {
			soundField(t, f)
		}
	}
	for _, i := range table.Indexes {
		if len(i.Fields) == 0 {
			t.Errorf("table %q: an index of nothing", table.Key)
		}
	}
}

// soundField checks what the Model relies on.
func soundField(t *testing.T, f *schema.Field) {
	t.Helper()
	if _, err := regexp.Compile(f.Pattern); err != nil {
		t.Errorf("%s: %v", f.Key, err)
	}
	if f.References != nil && f.References.OnDelete == schema.SetNull && !f.Nullable {
		t.Errorf("%s: setNull on a field that cannot be null", f.Key)
	}
	if f.Secret && (f.Default != nil || f.Enum != nil) {
		t.Errorf("%s: a secret with a default or an enum", f.Key)
	}
	if f.Default == nil || f.Default.Now {
		return
	}
	ok := false
	switch v := f.Default.Value.(type) {
	case string:
		ok = f.Type == schema.String || f.Type == schema.Text
	case int64:
		ok = f.Type == schema.Int || f.Type == schema.Bigint
	case float64:
		ok = f.Type == schema.Float
	case bool:
		ok = f.Type == schema.Bool
	case []string:
		ok = f.Type == schema.Strings
	case []int64:
		ok = f.Type == schema.Ints
	case json.RawMessage:
		ok = f.Type == schema.JSON && json.Valid(v)
	}
	if !ok {
		t.Errorf("%s: default %T of type %s", f.Key, f.Default.Value, f.Type)
	}
}
