package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/mod/modfile"
)

// collected is the module that scenarios are compiled in.
const collected = "example.com/collected"

// A collection takes the modules of scenarios and compiles them as one, since
// starting the go command for each would take most of the time.
type collection struct {
	dir   string
	mu    sync.Mutex
	count map[string]int
}

// compile copies the module in the current folder, its import paths changed.
func (c *collection) compile(ts *testscript.TestScript, neg bool, _ []string) {
	stateOf(ts).settled = true
	root := ts.MkAbs(".")
	data, err := os.ReadFile(filepath.Join(root, "go.mod"))
	ts.Check(err)
	if len(generatedIn(root)) == 0 {
		ts.Fatalf("there is nothing generated to compile")
	}
	own := modfile.ModulePath(data)
	to := c.place(ts.Name())
	ts.Check(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".sql") {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		src = bytes.ReplaceAll(src, []byte(`"`+own+`/`), []byte(`"`+collected+"/"+to+`/`))
		target := filepath.Join(c.dir, to, rel)
		if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
			return err
		}
		return os.WriteFile(target, src, 0o644)
	}))
}

// place returns a new folder for a scenario's module.
func (c *collection) place(scenario string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.count == nil {
		c.count = map[string]int{}
	}
	c.count[scenario]++
	return fmt.Sprintf("%s%d", scenario, c.count[scenario])
}

// vet compiles and vets all modules that were collected.
func (c *collection) vet(t *testing.T) {
	if len(c.count) == 0 {
		return
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	own, err := modfile.Parse("go.mod", mod, nil)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("module %s\n\ngo %s\n\nrequire %s v0.0.0\n\nreplace %[3]s => %s\n",
		collected, own.Go.Version, modulePath, modfile.AutoQuote(root))
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"go.mod": []byte(text), "go.sum": sum} {
		if err := os.WriteFile(filepath.Join(c.dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"vet", "-mod=mod", "./..."}} {
		cmd := exec.Command("go", args...)
		cmd.Dir = c.dir
		cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	t.Logf("compiled the packages of %d scenarios", len(c.count))
}
