package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// A cost is the cost of a process. Peak is the largest memory of it, or of one process that it
// started, in bytes.
type cost struct {
	wall time.Duration
	peak int64
}

// A result has the measurements of one schema.
type result struct {
	tables              int
	first, again, check cost
	lines               int // of Go, generated
	compiled            bool
	compile             cost
	stopped             string // how the compilation ended if it took too long
}

// one measures one size.
func (b *bench) one(n int) (result, error) {
	dir := filepath.Join(b.work, fmt.Sprint(n))
	if err := b.prepare(dir, n); err != nil {
		return result{}, err
	}
	r := result{tables: n}
	var first, again, check []cost
	for range b.runs {
		for _, old := range []string{"store", "triggers", cacheDir} {
			if err := os.RemoveAll(filepath.Join(dir, old)); err != nil {
				return r, err
			}
		}
		for _, step := range []struct {
			to   *[]cost
			args []string
		}{{&first, []string{"-q"}}, {&again, []string{"generate"}}, {&check, []string{"check"}}} {
			c, err := measured(context.Background(), dir, ownCache(dir), b.tool, step.args...)
			if err != nil {
				return r, err
			}
			*step.to = append(*step.to, c)
		}
	}
	r.first, r.again, r.check = median(first), median(again), median(check)
	var err error
	if r.lines, err = lines(filepath.Join(dir, "store")); err != nil {
		return r, err
	}
	if b.compile {
		r.compiled = true
		r.compile, err = b.compileCold(dir)
		if errors.Is(err, context.DeadlineExceeded) {
			r.stopped, err = ", stopped", nil
		}
	}
	return r, err
}

// cacheDir is the user's cache folder for authgen, so that each first run is like one on a new
// machine.
const cacheDir = ".cache"

// ownCache returns the environment that says so, on any system.
func ownCache(dir string) []string {
	own := filepath.Join(dir, cacheDir)
	return []string{"XDG_CACHE_HOME=" + own, "HOME=" + own, "LocalAppData=" + own}
}

// prepare makes a module with a schema.
func (b *bench) prepare(dir string, n int) error {
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	mod := fmt.Sprintf("module example.com/bench\n\ngo 1.26\n\nrequire github.com/authgen/authgen v0.0.0\n\nreplace github.com/authgen/authgen => %q\n", b.root)
	sum, err := os.ReadFile(filepath.Join(b.root, "go.sum"))
	return errors.Join(err,
		os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o666),
		os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o666),
		os.WriteFile(filepath.Join(dir, "schema.yaml"), schemaOf(n), 0o666))
}

// measured runs a program that must succeed and print nothing.
func measured(ctx context.Context, dir string, env []string, name string, args ...string) (cost, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	killAll(cmd)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	began := time.Now()
	err := cmd.Run()
	c := cost{wall: time.Since(began)}
	if ctx.Err() != nil {
		return c, ctx.Err()
	}
	if err != nil || out.Len() > 0 {
		return c, fmt.Errorf("%s %v: %v\n%s", filepath.Base(name), args, err, out.Bytes())
	}
	c.peak = peakOf(cmd.ProcessState)
	return c, nil
}

// median returns the median of the times and the most memory.
func median(costs []cost) cost {
	slices.SortFunc(costs, func(a, b cost) int { return int(a.wall - b.wall) })
	m := costs[len(costs)/2]
	for _, c := range costs {
		m.peak = max(m.peak, c.peak)
	}
	return m
}

// lines counts the lines of the Go files of a folder.
func lines(dir string) (int, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return 0, err
	}
	n := 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return 0, err
		}
		n += bytes.Count(data, []byte("\n"))
	}
	return n, nil
}

// compileCold compiles only the generated package, in a new cache that has everything that the
// package imports.
func (b *bench) compileCold(dir string) (cost, error) {
	env := []string{"GOCACHE=" + filepath.Join(b.work, "cache"), "GOFLAGS=-mod=mod", "GOWORK=off"}
	list := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, "./store")
	list.Dir = dir
	list.Env = append(os.Environ(), env...)
	imports, err := list.Output()
	if err != nil {
		return cost{}, fmt.Errorf("go list: %w", err)
	}
	args := []string{"build"}
	for path := range bytes.FieldsSeq(imports) {
		args = append(args, string(path))
	}
	if _, err := measured(context.Background(), dir, env, "go", args...); err != nil {
		return cost{}, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), b.limit)
	defer cancel()
	return measured(ctx, dir, env, "go", "build", "./store")
}
