package authgen_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/authgen/authgen"

// A goPackage is what go list says of a package.
type goPackage struct {
	ImportPath string
	Standard   bool
	Imports    []string
	Deps       []string
}

// list runs go list and returns packages by import path.
func list(t *testing.T, args ...string) map[string]goPackage {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Standard,Imports,Deps"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	packages := map[string]goPackage{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages[p.ImportPath] = p
	}
}

// vocabulary stands for the package at the top.
const vocabulary = "(vocabulary)"

// linked lists what the packages that programs of users link may import, besides the
// standard library; one that ends in /... stands for what is below it too.
var linked = map[string][]string{
	"":                        {"internal/criteria"},
	"dialect":                 {vocabulary, "internal/criteria", "internal/rowsql"},
	"dialect/internal/direct": {vocabulary, "dialect"},
	"dialect/sqlite":          {vocabulary, "dialect", "dialect/internal/direct", "internal/criteria", "internal/rowsql", "internal/sqltext"},
	"dialect/mysql":           {vocabulary, "dialect", "dialect/internal/direct", "internal/criteria", "internal/rowsql", "internal/sqltext"},
	"dialect/postgres":        {vocabulary, "dialect", "internal/criteria", "internal/rowsql", "runtime", "github.com/jackc/pgx/v5/..."},
	"runtime":                 {vocabulary, "dialect", "internal/criteria", "internal/rowsql", "internal/sqltext"},
	"outbox":                  {vocabulary, "outbox/internal/queue", "runtime"},
	"outbox/admin":            {vocabulary, "dialect", "internal/sqltext", "outbox", "outbox/internal/queue", "runtime"},
	"outbox/internal/queue":   {vocabulary, "dialect", "internal/sqltext", "runtime"},
	"internal/sqltext":        {"dialect"},
	"webhook": {
		vocabulary,
		"dialect",
		"internal/sqltext",
		"runtime",
		"outbox",
		"github.com/standard-webhooks/standard-webhooks/libraries/go/...",
		"code.dny.dev/ssrf/...",
		"github.com/cenkalti/backoff/v5/...",
	},
	"webhook/endpoints": {"webhook", "gopkg.in/yaml.v3"},
}

// generator lists what the packages of the generator may import of this module. An
// arrow that is missing here is missing on purpose: gen/schema knows no Go and no SQL,
// and how YAML is read knows nothing of schemas.
var generator = map[string][]string{
	"gen":                           {"gen/emit", "gen/model", "gen/schema"},
	"gen/emit":                      {"gen/model", "gen/schema"},
	"gen/model":                     {"gen/schema", "internal/rowsql", "templates"},
	"gen/output":                    {},
	"gen/schema":                    {"gen/schema/internal/grammar", "gen/schema/internal/problem", "gen/schema/internal/wording", "gen/schema/internal/yamltree", "templates"},
	"gen/schema/internal/grammar":   {"gen/schema/internal/problem", "gen/schema/internal/wording", "gen/schema/internal/yamltree"},
	"gen/schema/internal/problem":   {},
	"gen/schema/internal/wording":   {},
	"gen/schema/internal/yamlfault": {"gen/schema/internal/problem", "gen/schema/internal/wording", "gen/schema/internal/yamlline"},
	"gen/schema/internal/yamlline":  {},
	"gen/schema/internal/yamltree":  {"gen/schema/internal/problem", "gen/schema/internal/wording", "gen/schema/internal/yamlfault", "gen/schema/internal/yamlline"},
	"gen/stub":                      {},
	"templates":                     {},
}

// TestGeneratorLayers holds that the packages of the generator import no more of this
// module than generator says.
func TestGeneratorLayers(t *testing.T) {
	for name, p := range list(t, "./gen/...", "./templates") {
		short := strings.TrimPrefix(name, module+"/")
		allowed, known := generator[short]
		if !known {
			t.Errorf("%s is not on the list of the generator's packages", short)
		}
		for _, dep := range p.Imports {
			if dep, ours := strings.CutPrefix(dep, module+"/"); ours && !slices.Contains(allowed, dep) {
				t.Errorf("%s imports %s, which is not on its list", short, dep)
			}
		}
	}
}

// TestLinksLittle holds that these packages import no more than linked says.
func TestLinksLittle(t *testing.T) {
	packages := list(t, "-deps", ".", "./runtime/...", "./dialect/...", "./outbox/...", "./webhook/...")
	for name, p := range packages {
		short, ours := strings.CutPrefix(name+"/", module+"/")
		if !ours {
			continue
		}
		short = strings.TrimSuffix(short, "/")
		for _, dep := range p.Imports {
			if dep == module {
				dep = vocabulary
			}
			below := func(name string) bool {
				prefix, all := strings.CutSuffix(name, "/...")
				return dep == prefix || dep == module+"/"+prefix || all && strings.HasPrefix(dep, prefix+"/")
			}
			if !packages[dep].Standard && !slices.ContainsFunc(linked[short], below) {
				t.Errorf("%s imports %s, which is not on the list of what users may come to link", short, dep)
			}
		}
	}
}

// TestNeverImports holds what docs/architecture.md says must never be.
func TestNeverImports(t *testing.T) {
	packages := list(t, "-deps", "./...")
	reaches := func(from, to string) bool {
		return slices.Contains(packages[module+"/"+from].Deps, to)
	}
	for name, p := range packages {
		short, ours := strings.CutPrefix(name, module+"/")
		if !ours {
			continue
		}
		for _, dep := range p.Deps {
			inGen := strings.HasPrefix(short, "gen")
			switch {
			case inGen && (dep == module+"/runtime" || strings.HasPrefix(dep, module+"/dialect")):
				t.Errorf("%s imports %s: they meet in generated code only", short, dep)
			case dep == "golang.org/x/tools/go/packages" && (inGen || strings.HasPrefix(short, "cmd/")):
				t.Errorf("%s imports %s: generation must work while the user's code does not compile", short, dep)
			}
		}
		if strings.HasPrefix(short, "gen") && short != "gen/output" && slices.Contains(p.Imports, "os") {
			t.Errorf("%s imports os: only gen/output touches files", short)
		}
	}
	for _, dep := range packages[module+"/cmd/authgen"].Deps {
		if dep == module+"/runtime" || strings.HasPrefix(dep, module+"/dialect") || strings.HasPrefix(dep, module+"/authgenctl") || dep == "database/sql" {
			t.Errorf("cmd/authgen links %s: generating needs no database", dep)
		}
	}
	for _, wall := range []struct{ from, to string }{
		{"gen/model", "github.com/dave/jennifer/jen"},
		{"gen/schema", "github.com/dave/jennifer/jen"},
		{"gen/stub", "gopkg.in/yaml.v3"},
	} {
		if reaches(wall.from, wall.to) {
			t.Errorf("%s reaches %s", wall.from, wall.to)
		}
	}
	for _, p := range packages {
		if strings.HasPrefix(p.ImportPath, module+"/gen/") && slices.Contains(p.Imports, "gopkg.in/yaml.v3") && p.ImportPath != module+"/gen/schema/internal/yamltree" {
			t.Errorf("%s imports yaml: only yamltree reads it", p.ImportPath)
		}
		if slices.Contains(p.Imports, "github.com/dave/jennifer/jen") && strings.HasPrefix(p.ImportPath, module) && p.ImportPath != module+"/gen/emit" {
			t.Errorf("%s imports jennifer: only gen/emit emits", p.ImportPath)
		}
	}
}
