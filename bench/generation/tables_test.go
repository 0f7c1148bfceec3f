package generation

import (
	"testing"

	"github.com/authgen/authgen/gen/schema"
)

// TestTables checks that the schemas are valid and as large as they say.
func TestTables(t *testing.T) {
	for _, n := range []int{1, 5, 1000} {
		s, problems := schema.Parse("schema.yaml", []byte(schemaYAML(tables(n))))
		if len(problems) > 0 {
			t.Fatal(schema.Report("schema.yaml", problems))
		}
		if len(s.Tables) != n {
			t.Errorf("%d tables, want %d", len(s.Tables), n)
		}
		for _, table := range s.Tables {
			if len(table.Fields) != 12 {
				t.Errorf("%s has %d fields, want 12", table.Key, len(table.Fields))
			}
		}
		if files := entFiles(tables(n)); len(files) != n {
			t.Errorf("%d files for ent, want %d", len(files), n)
		}
	}
}
