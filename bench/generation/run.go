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
)

// A Result is what one generator took for one number of tables.
type Result struct {
	Generator string
	Tables    int
	Generate  Cost
	Compile   Cost
	Lines     int // a table
}

// A Run measures all generators.
type Run struct {
	Sizes []int
	Times int // how often to generate; the median counts

	work, root, authgen string
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
		for _, g := range generators {
			fmt.Fprintf(progress, "%d tables, %s\n", n, g.name)
			result, err := r.one(ctx, g, n)
			if err != nil {
				return nil, fmt.Errorf("%s, %d tables: %w", g.name, n, err)
			}
			results = append(results, result)
		}
	}
	return results, nil
}

// bin is the folder of the generators.
func (r *Run) bin() string { return filepath.Join(r.work, "bin") }

// build builds all generators.
func (r *Run) build(ctx context.Context) (err error) {
	if r.root, err = filepath.Abs(".."); err != nil {
		return err
	}
	r.authgen = filepath.Join(r.bin(), "authgen")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", r.authgen, "github.com/authgen/authgen/cmd/authgen").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	for _, g := range generators {
		for _, tool := range g.tools {
			cmd := exec.CommandContext(ctx, "go", "install", tool)
			cmd.Env = append(os.Environ(), "GOBIN="+r.bin(), "GOFLAGS=")
			if out, err := cmd.CombinedOutput(); err != nil {
				return fmt.Errorf("go install %s: %w\n%s", tool, err, out)
			}
		}
	}
	return nil
}

// one measures a generator.
func (r *Run) one(ctx context.Context, g generator, n int) (Result, error) {
	result := Result{Generator: g.name, Tables: n}
	dir := filepath.Join(r.work, fmt.Sprintf("%s%d", g.name, n))
	if err := errors.Join(r.module(dir), g.write(dir, tables(n), r.authgen)); err != nil {
		return result, err
	}
	output := filepath.Join(dir, g.output)
	var costs []Cost
	for range r.Times {
		if err := errors.Join(os.RemoveAll(output), os.RemoveAll(filepath.Join(dir, cache)), os.Mkdir(output, 0o777)); err != nil {
			return result, err
		}
		cost, err := measured(ctx, dir, append(r.env(dir), g.env...), filepath.Join(r.bin(), g.command[0]), g.command[1:]...)
		if err != nil {
			return result, err
		}
		costs = append(costs, cost)
		if cost.Stopped != "" {
			result.Generate = cost
			return result, nil
		}
	}
	result.Generate = median(costs)
	lines, err := linesOf(output)
	if err != nil {
		return result, err
	}
	result.Lines = lines / n
	result.Compile, err = r.compile(ctx, dir, "./"+g.output)
	return result, err
}

// cache is the folder that authgen takes for the user's cache, so that it has
// not seen the schema before.
const cache = ".cache"

func (r *Run) env(dir string) []string {
	return []string{
		"PATH=" + r.bin() + string(filepath.ListSeparator) + os.Getenv("PATH"),
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

// compile compiles the generated packages alone: in a cache that has all that
// they import.
func (r *Run) compile(ctx context.Context, dir, pattern string) (Cost, error) {
	const notOurs = `{{if .Module}}{{if not .Module.Main}}{{.ImportPath}}{{end}}{{else}}{{.ImportPath}}{{end}}`
	list := exec.CommandContext(ctx, "go", "list", "-deps", "-f", notOurs, pattern)
	list.Dir, list.Env = dir, append(os.Environ(), r.env(dir)...)
	deps, err := list.Output()
	if err != nil {
		return Cost{}, fmt.Errorf("go list: %w", err)
	}
	args := []string{"build"}
	for path := range bytes.FieldsSeq(deps) {
		args = append(args, string(path))
	}
	if _, err := measured(ctx, dir, r.env(dir), "go", args...); err != nil {
		return Cost{}, err
	}
	return measured(ctx, dir, r.env(dir), "go", "build", pattern)
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
