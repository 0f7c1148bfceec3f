package schema_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/authgen/authgen/gen/schema"
)

// A fact is what Better Auth says of one field.
type fact struct {
	Type       string `yaml:"type"`
	Required   bool   `yaml:"required"`
	Unique     bool   `yaml:"unique"`
	Index      bool   `yaml:"index"`
	Bigint     bool   `yaml:"bigint"`
	Secret     bool   `yaml:"secret"`
	Default    string `yaml:"default"`
	OnUpdate   string `yaml:"onUpdate"`
	References string `yaml:"references"`
}

// TestPresetsAreTheFacts holds each preset against the fields that Better Auth
// has: all of them, no more, in its order.
func TestPresetsAreTheFacts(t *testing.T) {
	src, err := os.ReadFile("../../testdata/schema/better-auth.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var facts map[string]map[string]map[string]fact
	if err := yaml.Unmarshal(src, &facts); err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for name := range facts {
		names = append(names, name)
	}
	slices.Sort(names)
	if diff := cmp.Diff(names, schema.Presets()); diff != "" {
		t.Fatalf("presets without facts, or facts without preset: %s", diff)
	}
	for name, tables := range facts {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tables, presetFacts(t, name)); diff != "" {
				t.Errorf("(-facts +preset)\n%s", diff)
			}
		})
	}
}

// presetFacts returns what one preset declares, as facts.
func presetFacts(t *testing.T, name string) map[string]map[string]fact {
	t.Helper()
	src := "version: 1\nout: ./auth\nuse: [better-auth/core"
	if name != "better-auth/core" {
		src += ", " + name
	}
	s, problems := schema.Parse("schema.yaml", []byte(src+"]\n"))
	if len(problems) > 0 {
		t.Fatal(schema.Report("schema.yaml", problems))
	}
	tables := map[string]map[string]fact{}
	for _, table := range s.Tables {
		if table.Doc == "" {
			t.Errorf("table %s has no doc", table.Key)
		}
		for _, f := range table.Fields {
			if f.Preset != name {
				continue
			}
			if tables[table.Key] == nil {
				tables[table.Key] = map[string]fact{}
			}
			tables[table.Key][f.Key] = factOf(t, f)
		}
	}
	return tables
}

// factOf returns a field in Better Auth's words. Where authgen says more than
// Better Auth, the facts file says so too.
func factOf(t *testing.T, f *schema.Field) fact {
	t.Helper()
	types := map[schema.Type]string{
		schema.String: "string", schema.Text: "string", schema.Bool: "boolean",
		schema.Time: "date", schema.Int: "number", schema.Bigint: "number",
	}
	x := fact{
		Type: types[f.Type], Required: !f.Nullable, Unique: f.Unique, Index: f.Index,
		Bigint: f.Type == schema.Bigint, Secret: f.Secret,
	}
	if f.OnUpdateNow {
		x.OnUpdate = "now"
	}
	switch d := f.Default; {
	case d == nil:
	case d.Now:
		x.Default = "now"
	case d.Value == false:
		x.Default = "false"
	default:
		x.Default = d.Value.(string)
	}
	if r := f.References; r != nil {
		if r.Field != nil {
			t.Errorf("%s does not reference an id", f.Key)
		}
		x.References = r.Table.Key + ".id " + string(r.OnDelete)
	}
	if immutable := f.Key == "createdAt"; f.Immutable != immutable {
		t.Errorf("%s: immutable is %v", f.Key, f.Immutable)
	}
	return x
}

// TestPresetsAloneAreSound parses each preset as the only one, and all at once.
func TestPresetsAloneAreSound(t *testing.T) {
	for _, use := range append(schema.Presets(), strings.Join(schema.Presets(), ", ")) {
		_, problems := schema.Parse("schema.yaml", []byte("version: 1\nout: ./auth\nuse: ["+use+"]\n"))
		for _, p := range problems {
			if !strings.Contains(p.Message, "builds on") {
				t.Error(use, p)
			}
		}
	}
}
