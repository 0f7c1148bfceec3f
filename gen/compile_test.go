package gen

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/authgen/authgen/gen/schema"
	"golang.org/x/tools/txtar"
)

// customTypes are the user's types of scenario gotype.
const customTypes = `package custom

import (
	"database/sql/driver"
	"time"
)

type Plan string

type Count int

type Meta struct{ Tags map[string][]string }

type Moment struct{ At []time.Time }

func (m *Moment) Scan(any) error { return nil }

func (m Moment) Value() (driver.Value, error) { return time.Time{}, nil }
`

// TestGeneratedPackagesCompile writes every scenario into one module and
// builds and vets the lot with one call each.
func TestGeneratedPackagesCompile(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	dir := t.TempDir()
	archive, err := txtar.ParseFile(filepath.Join("..", "testdata", "golden", "scenarios.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		write(t, dir, generate(t, f.Name, f.Data))
	}
	write(t, dir, map[string][]byte{"custom/custom.go": []byte(customTypes), "v2/custom/custom.go": []byte(customTypes)})
	writeModule(t, dir)
	run(t, dir, "go", "build", "-trimpath", "./...")
	run(t, dir, "go", "vet", "-trimpath", "./...")
	if os.Getenv("AUTHGEN_STATICCHECK") != "" {
		run(t, dir, os.Getenv("AUTHGEN_STATICCHECK"), "./...")
	}
}

// generate returns the files of a schema that must have no problem.
func generate(t testing.TB, file string, src []byte) map[string][]byte {
	t.Helper()
	m, problems := Load(file, src)
	if problems != nil {
		t.Fatal(schema.Report(file, problems))
	}
	files, err := Files(m)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func write(t testing.TB, dir string, files map[string][]byte) {
	t.Helper()
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// writeModule makes dir a module that uses this one as it stands.
func writeModule(t testing.TB, dir string) {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(mod), "module github.com/authgen/authgen", "module example.com/scenarios", 1)
	text = strings.Replace(text, "tool honnef.co/go/tools/cmd/staticcheck", "", 1)
	text += "\nrequire github.com/authgen/authgen v0.0.0\n\nreplace github.com/authgen/authgen => " + root + "\n"
	write(t, dir, map[string][]byte{"go.mod": []byte(text), "go.sum": sum})
}

func run(t testing.TB, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}
