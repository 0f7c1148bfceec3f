package conformance

import (
	"slices"
	"testing"

	"github.com/authgen/authgen/dialect"
)

// Of the tables that CreateTables makes, the catalog says what the schema does,
// on every database.
func TestInspect(t *testing.T) {
	onEach(t, func(t *testing.T, db database) {
		e := newEnv(t, db.open(t))
		schema := e.db.Schema()
		live, err := e.raw.Dialect.Inspect(e.ctx, e.raw.Pool, schema.Tables)
		e.must(err)
		if len(live) != len(schema.Tables) {
			t.Fatalf("%d tables are found, of %d", len(live), len(schema.Tables))
		}
		for _, table := range schema.Tables {
			i := slices.IndexFunc(live, func(l *dialect.LiveTable) bool { return l.Name == table.Name })
			if i < 0 {
				t.Errorf("there is no table %s", table.Name)
				continue
			}
			inspected(t, table, live[i])
		}
	})
}

func inspected(t *testing.T, table *dialect.Table, live *dialect.LiveTable) {
	t.Helper()
	if live.Unfit != "" || live.Triggered || !slices.Equal(live.Primary, []string{table.ID}) || len(live.Columns) != len(table.Fields) {
		t.Errorf("table %s is %+v", table.Name, live)
	}
	for _, f := range table.Fields {
		c := live.Column(f.Column)
		if c == nil {
			t.Errorf("there is no column %s.%s", table.Name, f.Column)
			continue
		}
		folds := c.Folding != "" && !dialect.TypesOf(dialect.TypeJSON, dialect.TypeStrings, dialect.TypeInts).Has(f.Type)
		if !c.Holds.Has(f.Type) || c.Nullable != f.Nullable || folds || c.Generated || c.Moved || c.Values != nil || c.Counted != (table.Serial && f.Column == table.ID) {
			t.Errorf("column %s.%s is %+v", table.Name, f.Column, *c)
		}
	}
	for _, u := range table.Uniques {
		has := func(l dialect.LiveUnique) bool { return l.Name == u.Index && slices.Equal(l.Columns, u.Columns) }
		if u.Index != "" && !slices.ContainsFunc(live.Uniques, has) {
			t.Errorf("the unique indexes of %s are %v, without %v", table.Name, live.Uniques, u)
		}
	}
	for _, f := range table.Foreign {
		has := func(l dialect.LiveForeign) bool {
			return slices.Equal(l.Columns, []string{f.Column}) && l.Table == f.Table && slices.Equal(l.Targets, []string{f.Target})
		}
		if !slices.ContainsFunc(live.Foreign, has) {
			t.Errorf("the foreign keys of %s are %v, without %v", table.Name, live.Foreign, f)
		}
	}
}
