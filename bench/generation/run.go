package generation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/authgen/authgen/bench/tools"
)

// A Result is what one generator took for one number of tables.
type Result struct {
	Generator string
	Tables    int
	Generate  Costs
	Compile   Costs
	Lines     int // a table
}

// A Run measures all generators.
type Run struct {
	Sizes []int
	Times int // how often to generate and to compile, in turns

	work, root, authgen, path string
}

// Do measures, and tells progress of what it does. It runs in the folder of
// this module.
func (r *Run) Do(ctx context.Context, progress io.Writer) (results []Result, err error) {
	if r.work, err = os.MkdirTemp("", "authgen-generation-"); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(r.work)) }()
	if err := r.build(ctx); err != nil {
		return nil, err
	}
	for _, n := range r.Sizes {
		of, err := r.of(ctx, n, progress)
		if err != nil {
			return nil, fmt.Errorf("%d tables: %w", n, err)
		}
		results = append(results, of...)
	}
	return results, nil
}

// of measures all generators with one number of tables. They take turns, so that what
// disturbs the machine disturbs all alike.
func (r *Run) of(ctx context.Context, n int, progress io.Writer) ([]Result, error) {
	results := make([]Result, len(generators))
	for i, g := range generators {
		results[i] = Result{Generator: g.name, Tables: n}
		if err := errors.Join(r.module(r.folder(g, n)), g.write(r.folder(g, n), tables(n), r.authgen)); err != nil {
			return nil, fmt.Errorf("%s: %w", g.name, err)
		}
	}
	for _, step := range []struct {
		name string
		run  func(context.Context, generator, *Result) error
	}{{"generate", r.generate}, {"compile", r.compile}} {
		for turn := range r.Times {
			for i, g := range generators {
				if results[i].stopped() {
					continue
				}
				fmt.Fprintf(progress, "%d tables, %s, %s %d\n", n, g.name, step.name, turn+1)
				if err := step.run(ctx, g, &results[i]); err != nil {
					return nil, fmt.Errorf("%s: %w", g.name, err)
				}
			}
		}
	}
	return results, nil
}

// stopped reports whether a run went past a limit, after which there is no other.
func (r Result) stopped() bool { return r.Generate.Stopped() != "" || r.Compile.Stopped() != "" }

// folder is where a generator has its module.
func (r *Run) folder(g generator, n int) string {
	return filepath.Join(r.work, fmt.Sprintf("%s%d", g.name, n))
}

// build builds all generators.
func (r *Run) build(ctx context.Context) (err error) {
	if r.root, err = filepath.Abs(".."); err != nil {
		return err
	}
	if r.path, err = tools.Path(); err != nil {
		return err
	}
	r.authgen = filepath.Join(r.work, "bin", "authgen")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", r.authgen, "github.com/authgen/authgen/cmd/authgen").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	for _, g := range generators {
		if g.tool.Module == "" {
			continue
		}
		if err := g.tool.Install(ctx); err != nil {
			return err
		}
	}
	return nil
}

// generate generates once, as for the first time.
func (r *Run) generate(ctx context.Context, g generator, result *Result) error {
	dir := r.folder(g, result.Tables)
	output := filepath.Join(dir, g.output)
	if err := errors.Join(os.RemoveAll(output), os.RemoveAll(filepath.Join(dir, cache)), os.Mkdir(output, 0o777)); err != nil {
		return err
	}
	command := r.authgen
	if g.tool.Module != "" {
		var err error
		if command, err = g.tool.Command(g.command[0]); err != nil {
			return err
		}
	}
	cost, err := measured(ctx, dir, append(r.env(dir), g.env...), command, g.command[1:]...)
	if err != nil {
		return err
	}
	result.Generate = append(result.Generate, cost)
	if cost.Stopped != "" {
		return nil
	}
	lines, err := linesOf(output)
	result.Lines = lines / result.Tables
	return err
}

// cache is the folder that authgen takes for the user's cache, so that it has
// not seen the schema before.
const cache = ".cache"

func (r *Run) env(dir string) []string {
	return []string{
		r.path,
		"XDG_CACHE_HOME=" + filepath.Join(dir, cache), "GOFLAGS=-mod=mod", "GOWORK=off",
		"GOCACHE=" + filepath.Join(r.work, "cache"),
	}
}

// module makes a module that requires what this one does.
func (r *Run) module(dir string) error {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		return err
	}
	sum, err := os.ReadFile("go.sum")
	if err != nil {
		return err
	}
	text := strings.Replace(string(mod), "module github.com/authgen/authgen/bench", "module example.com/tables", 1)
	text = strings.Replace(text, "=> ..", "=> "+r.root, 1)
	return errors.Join(os.MkdirAll(dir, 0o777),
		os.WriteFile(filepath.Join(dir, "go.mod"), []byte(text), 0o666),
		os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o666))
}

// compile compiles the generated packages alone: in a cache that has all that they
// import. Every run adds a line to each file, so that none is taken from the cache.
func (r *Run) compile(ctx context.Context, g generator, result *Result) error {
	dir, pattern := r.folder(g, result.Tables), "./"+g.output
	if len(result.Compile) == 0 {
		if err := r.compileImports(ctx, dir, pattern); err != nil {
			return err
		}
	}
	if err := addLine(filepath.Join(dir, g.output)); err != nil {
		return err
	}
	cost, err := measured(ctx, dir, r.env(dir), "go", "build", pattern)
	result.Compile = append(result.Compile, cost)
	return err
}

// compileImports compiles what generated packages import of other modules.
func (r *Run) compileImports(ctx context.Context, dir, pattern string) error {
	const notOurs = `{{if .Module}}{{if not .Module.Main}}{{.ImportPath}}{{end}}{{else}}{{.ImportPath}}{{end}}`
	list := exec.CommandContext(ctx, "go", "list", "-deps", "-f", notOurs, pattern)
	list.Dir, list.Env = dir, append(os.Environ(), r.env(dir)...)
	deps, err := list.Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	args := []string{"build"}
	for path := range bytes.FieldsSeq(deps) {
		args = append(args, string(path))
	}
	_, err = measured(ctx, dir, r.env(dir), "go", args...)
	return err
}

// addLine adds an empty comment to the Go files below a folder.
func addLine(dir string) error {
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		_, err = file.WriteString("\n//\n")
		return errors.Join(err, file.Close())
	})
}

// linesOf counts the lines of the Go files below a folder.
func linesOf(dir string) (n int, err error) {
	err = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		n += bytes.Count(text, []byte("\n"))
		return err
	})
	return n, err
}
