package schema_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/authgen/authgen/gen/schema"
)

var update = flag.Bool("update", false, "rewrite the expected parts of testdata/schema")

// A scenario is a txtar file with schema.yaml and either "problems", which is
// the report, or "schema", which is the Schema in the words of dump. A line
// "semantic" in its comment says that the JSON Schema cannot see the problems.
type scenario struct {
	name     string
	file     string
	archive  *txtar.Archive
	src      []byte
	semantic bool
}

func scenarios(tb testing.TB) []scenario {
	tb.Helper()
	files, err := filepath.Glob("../../testdata/schema/*.txtar")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no scenarios: %v", err)
	}
	var all []scenario
	for _, f := range files {
		a, err := txtar.ParseFile(f)
		if err != nil {
			tb.Fatal(err)
		}
		s := scenario{name: strings.TrimSuffix(filepath.Base(f), ".txtar"), file: f, archive: a}
		s.src = part(a, "schema.yaml")
		s.semantic = strings.Contains(string(a.Comment), "\nsemantic\n")
		all = append(all, s)
	}
	return all
}

func part(a *txtar.Archive, name string) []byte {
	for _, f := range a.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

func TestScenarios(t *testing.T) {
	for _, s := range scenarios(t) {
		t.Run(s.name, func(t *testing.T) {
			got, problems := schema.Parse("schema.yaml", s.src)
			name, text := "schema", dump(got)
			if len(problems) > 0 {
				name, text = "problems", schema.Report("schema.yaml", problems)
			}
			if fails := strings.HasPrefix(s.name, "error_"); fails != (len(problems) > 0) {
				t.Errorf("a scenario named so should fail: %v\n%s", fails, text)
			}
			if *update {
				rewrite(t, s, name, text)
				return
			}
			if diff := cmp.Diff(string(part(s.archive, name)), text); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func rewrite(t *testing.T, s scenario, name, text string) {
	t.Helper()
	a := &txtar.Archive{Comment: s.archive.Comment, Files: []txtar.File{
		{Name: "schema.yaml", Data: s.src}, {Name: name, Data: []byte(text)},
	}}
	if out := txtar.Format(a); !bytes.Equal(out, txtar.Format(s.archive)) {
		if err := os.WriteFile(s.file, out, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// dump returns a Schema in a few words a line. What is at its default is not
// mentioned, tables and fields of presets only where the file changed them.
func dump(s *schema.Schema) string {
	var b strings.Builder
	fmt.Fprintf(&b, "out %s package %q triggers %s dialects %v use %v naming %s %s ids %s",
		s.Out, s.Package, s.Triggers, s.Dialects, s.Use, s.Naming.Tables, s.Naming.Columns, s.IDs)
	if s.Outbox {
		b.WriteString(" outbox")
	}
	b.WriteString("\n")
	for _, t := range s.Tables {
		dumpTable(&b, t)
	}
	for _, e := range s.Events {
		fmt.Fprintf(&b, "event %s at %s: %s of %s", e.Key, at(e.Pos), e.On, e.Table.Key)
		if e.Fields != nil {
			fmt.Fprintf(&b, " fields %v", keys(e.Fields))
		}
		fmt.Fprintf(&b, " payload %v id %v%s\n", keys(e.Payload), e.WithID, quoted(" doc", e.Doc))
	}
	return b.String()
}

func dumpTable(b *strings.Builder, t *schema.Table) {
	fmt.Fprintf(b, "table %s at %s ids %s", t.Key, at(t.Pos), t.IDs)
	b.WriteString(quoted(" name", t.Name) + quoted(" goName", t.GoName) + quoted(" preset", t.Preset) + quoted(" doc", t.Doc))
	if t.Triggers != nil {
		fmt.Fprintf(b, " triggers %v", t.Triggers)
	}
	b.WriteString("\n")
	for _, f := range t.Fields {
		if f.Pos.Preset == "" {
			dumpField(b, f)
		}
	}
	for _, i := range t.Indexes {
		fmt.Fprintf(b, "  index %v unique %v%s\n", keys(i.Fields), i.Unique, quoted(" name", i.Name))
	}
}

func dumpField(b *strings.Builder, f *schema.Field) {
	fmt.Fprintf(b, "  %s at %s %s", f.Key, at(f.Pos), f.Type)
	flags := []struct {
		on   bool
		name string
	}{{f.Nullable, "nullable"}, {f.Unique, "unique"}, {f.Index, "index"}, {f.Immutable, "immutable"}, {f.Secret, "secret"}, {f.OnUpdateNow, "onUpdateNow"},
		{f.Type == schema.Time && f.Millis, "millis"}}
	for _, x := range flags {
		if x.on {
			b.WriteString(" " + x.name)
		}
	}
	if d := f.Default; d != nil {
		raw, isRaw := d.Value.(json.RawMessage)
		switch {
		case d.Now:
			b.WriteString(" default now")
		case isRaw:
			fmt.Fprintf(b, " default json %s", raw)
		default:
			fmt.Fprintf(b, " default %T %#v", d.Value, d.Value)
		}
	}
	if f.Enum != nil {
		fmt.Fprintf(b, " enum %q", f.Enum)
	}
	if f.MaxLength > 0 {
		fmt.Fprintf(b, " maxLength %d", f.MaxLength)
	}
	if r := f.References; r != nil {
		field := "id"
		if r.Field != nil {
			field = r.Field.Key
		}
		fmt.Fprintf(b, " references %s.%s %s", r.Table.Key, field, r.OnDelete)
	}
	b.WriteString(quoted(" pattern", f.Pattern) + quoted(" column", f.Column) + quoted(" goName", f.GoName) +
		quoted(" goType", f.GoType) + quoted(" preset", f.Preset) + quoted(" doc", f.Doc) + "\n")
}

func at(p schema.Pos) string {
	s := fmt.Sprintf("%d:%d", p.Line, p.Column)
	if p.Preset != "" {
		s += "(" + p.Preset + ")"
	}
	return s
}

func quoted(name, s string) string {
	if s == "" {
		return ""
	}
	return fmt.Sprintf("%s %q", name, s)
}

func keys(fields []*schema.Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		if out[i] = "id"; f != nil {
			out[i] = f.Key
		}
	}
	return out
}
