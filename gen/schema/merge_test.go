package schema

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/authgen/authgen/gen/schema/internal/grammar"
	"github.com/authgen/authgen/gen/schema/internal/problem"
	"github.com/authgen/authgen/gen/schema/internal/yamltree"
)

// TestMergeAdds covers presets with triggers and indexes, which do not exist yet.
func TestMergeAdds(t *testing.T) {
	tests := []struct {
		name, base, over string
		triggers         []Trigger
		indexes          int
	}{
		{"both", "{triggers: [onDelete], indexes: [{fields: [a]}]}", "{triggers: [onCreate], indexes: [{fields: [b]}]}", []Trigger{OnCreate, OnDelete}, 2},
		{"base alone", "{triggers: [onDelete], indexes: [{fields: [a]}]}", "{}", []Trigger{OnDelete}, 1},
		{"over alone", "{}", "{triggers: [onDelete], indexes: [{fields: [a]}]}", []Trigger{OnDelete}, 1},
		{"same", "{triggers: [onDelete]}", "{triggers: [onDelete]}", []Trigger{OnDelete}, 0},
		{"all of base", "{triggers: all}", "{triggers: [onDelete]}", allTriggers(), 0},
		{"all of over", "{triggers: [onDelete]}", "{triggers: all}", allTriggers(), 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			base, over := tablesOf(t, test.base), tablesOf(t, test.over)
			merged := mergeTables(base.Entries, over)
			if len(merged) != 1 {
				t.Fatalf("%d tables", len(merged))
			}
			if diff := cmp.Diff(test.triggers, triggersOf(merged[0].Val)); diff != "" {
				t.Error(diff)
			}
			if got := len(merged[0].Val.All("indexes")); got != test.indexes {
				t.Errorf("%d indexes, want %d", got, test.indexes)
			}
		})
	}
}

func allTriggers() []Trigger {
	return []Trigger{BeforeCreate, OnCreate, BeforeUpdate, OnUpdate, BeforeDelete, OnDelete}
}

// tablesOf returns the value of "tables" with one table of that body.
func tablesOf(t *testing.T, body string) *grammar.Value {
	t.Helper()
	s, root, found := yamltree.Read([]byte("tables: {t: "+body+"}"), nil)
	if len(found) > 0 {
		t.Fatal(found)
	}
	return grammar.Check(presetKeys(nil), s, root, &problem.Log{}, &grammar.Suggester{}).Get("tables")
}
