package runtime

import (
	"errors"
	"testing"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// A patch holds ids of the type of their table, which a rule must see through.
func TestAssignmentsAreChecked(t *testing.T) {
	type counterID int64
	table := Describe(dialect.Table{Key: "mark", IDs: "serial", Fields: []dialect.Field{
		{Key: "id"}, {Key: "counterId", Type: dialect.TypeBigint, Reference: true}, {Key: "code", MaxLength: 3},
		{Key: "tags", Type: dialect.TypeJSON, Nullable: true, Custom: true},
	}, Uniques: []dialect.Unique{{Index: "mark_code_uidx", Fields: []string{"code"}}}})
	rule := func(err error) string {
		var invalid *authgen.ValidationError
		if !errors.As(err, &invalid) {
			return ""
		}
		return invalid.Field + " " + invalid.Rule
	}
	for _, c := range []struct {
		column string
		value  any
		want   string
	}{
		{"counterId", counterID(0), "counterId required"}, {"counterId", int64(0), "counterId required"}, {"counterId", counterID(7), ""},
		{"code", "abcd", "code maxLength"}, {"code", "abc", ""},
	} {
		set := Assigning(table)
		set.Set(c.column, c.value)
		if _, err := set.Checked(); rule(err) != c.want {
			t.Errorf("%s = %v is refused for %q, want %q", c.column, c.value, rule(err), c.want)
		}
	}
	set := Assigning(table)
	set.Set("code", "abcd")
	if _, err := ForMany(set.Checked()); rule(err) != "code unique" {
		t.Errorf("of a unique value for many rows that is wrong in itself too, %q is told", rule(err))
	}
}

// The ids of a batch have the order of the database.
func TestSortByID(t *testing.T) {
	table := Describe(dialect.Table{Key: "mark", IDs: "serial", Fields: []dialect.Field{{Key: "id"}}})
	docs := &documents[int64]{codec: &Codec[int64]{Table: table, Row: func(n *int64) Row { return numberRow{n} }}, list: []int64{3, -5, 20, -10, 7}}
	sortByID(table, docs)
	for i, want := range []int64{-10, -5, 3, 7, 20} {
		if docs.list[i] != want {
			t.Fatalf("the order is %v", docs.list)
		}
	}
}

type numberRow struct{ n *int64 }

func (r numberRow) Key() string { return Key(*r.n) }

func (r numberRow) Values() []any { return []any{*r.n} }

func (r numberRow) Scan(row dialect.Row) error { return row.Scan(r.n) }
