package schema_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/authgen/authgen/gen/schema"
	"github.com/authgen/authgen/templates"
)

// A fact is what Better Auth says about one field.
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

// TestPresetsAreTheFacts checks that each preset has exactly the fields of Better Auth, in
// the same order.
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
	tables := map[string]map[string]fact{}
	for _, table := range allPresets(t).Tables {
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
		if table.Preset != name {
			continue
		}
		for _, i := range table.Indexes {
			tables[table.Key][strings.Join(keys(i.Fields), ", ")] = fact{Index: true, Unique: i.Unique}
		}
	}
	return tables
}

// allPresets returns a schema that uses every preset, and has nothing else.
func allPresets(t *testing.T) *schema.Schema {
	t.Helper()
	s, problems := schema.Parse("schema.yaml", []byte("version: 1\nout: ./auth\nuse: ["+strings.Join(schema.Presets(), ", ")+"]\n"))
	if len(problems) > 0 {
		t.Fatal(schema.Report("schema.yaml", problems))
	}
	return s
}

// factOf returns a field in the form of Better Auth. Where authgen says more than Better
// Auth, so does the file of facts.
func factOf(t *testing.T, f *schema.Field) fact {
	t.Helper()
	types := map[schema.Type]string{
		schema.String: "string", schema.Text: "string", schema.Bool: "boolean",
		schema.Time: "date", schema.Int: "number", schema.Bigint: "number",
		schema.JSON: "json", schema.Strings: "string[]",
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
	default:
		x.Default = fmt.Sprint(d.Value)
	}
	if r := f.References; r != nil {
		x.References = r.Table.Key + "." + keys([]*schema.Field{r.Field})[0] + " " + string(r.OnDelete)
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
			if !strings.Contains(p.Message, "builds on") && !strings.Contains(p.Message, "there is no table") {
				t.Error(use, p)
			}
		}
	}
}

// TestPresetEvents compares the events in the YAML of a preset with those of a schema that has
// all tables. Nothing is left out, and each event has a doc comment.
func TestPresetEvents(t *testing.T) {
	src, err := templates.Presets.ReadFile("presets/better-auth/events.yaml")
	if err != nil {
		t.Fatal(err)
	}
	type event struct{ On, Fields, Payload string }
	var written struct {
		Events map[string]struct {
			On              string
			Fields, Payload []string
		}
	}
	if err := yaml.Unmarshal(src, &written); err != nil {
		t.Fatal(err)
	}
	want, got := map[string]event{}, map[string]event{}
	for key, e := range written.Events {
		want[key] = event{e.On, fmt.Sprint(e.Fields), fmt.Sprint(e.Payload)}
	}
	for _, e := range allPresets(t).Events {
		payload := append([]string{"id"}, keys(e.Payload)...)
		if len(written.Events[e.Key].Payload) == 0 {
			payload = nil
		}
		got[e.Key] = event{e.Table.Key + "." + e.On, fmt.Sprint(keys(e.Fields)), fmt.Sprint(payload)}
		if e.Doc == "" || !e.WithID {
			t.Errorf("event %s has no doc or no id", e.Key)
		}
		if slices.ContainsFunc(e.Payload, func(f *schema.Field) bool { return f.Secret }) {
			t.Errorf("event %s carries a secret", e.Key)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-preset +schema)\n%s", diff)
	}
}
