// Genbench measures the generator. It runs the real command on schemas of several sizes, and
// prints time, memory and the size of the result, each with its goal.
//
//	go run ./internal/genbench [-compile] [-limit 5m] [-n 5,50,200,1000] [-runs 5]
//
// Run it in the module's root, on a machine that does nothing else.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// A bench is the flags and folders of a run.
type bench struct {
	sizes   []int
	runs    int
	compile bool
	limit   time.Duration // of a compilation

	root string // of this module
	work string // temporary
	tool string // the authgen binary
}

// run measures and prints, and returns an exit code.
func run(args []string, stdout, stderr io.Writer) int {
	var b bench
	flags := flag.NewFlagSet("genbench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	sizes := flags.String("n", "5,50,200,1000", "how many tables, separated by commas")
	flags.IntVar(&b.runs, "runs", 5, "how often to measure; the median counts")
	flags.BoolVar(&b.compile, "compile", false, "also compile the results")
	flags.DurationVar(&b.limit, "limit", 5*time.Minute, "how long a compilation may take")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if err := b.measure(*sizes, stdout); err != nil {
		fmt.Fprintln(stderr, "genbench:", err)
		return 2
	}
	return 0
}

// measure does everything for all sizes.
func (b *bench) measure(sizes string, stdout io.Writer) error {
	if err := b.parse(sizes); err != nil {
		return err
	}
	var err error
	if b.work, err = os.MkdirTemp("", "genbench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.work)
	if err := b.build(); err != nil {
		return err
	}
	b.printHead(stdout)
	for _, n := range b.sizes {
		r, err := b.one(n)
		if err != nil {
			return fmt.Errorf("%d tables: %w", n, err)
		}
		r.print(stdout)
	}
	return nil
}

// parse reads the sizes.
func (b *bench) parse(sizes string) error {
	for text := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 {
			return fmt.Errorf("-n: %q is not a number of tables", text)
		}
		b.sizes = append(b.sizes, n)
	}
	if b.runs < 1 {
		return fmt.Errorf("-runs: %d is too few", b.runs)
	}
	return nil
}

// build builds the command once.
func (b *bench) build() error {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/authgen/authgen").Output()
	if err != nil {
		return fmt.Errorf("go list: %w: run genbench in the module's root", err)
	}
	b.root = strings.TrimSpace(string(out))
	b.tool = filepath.Join(b.work, "authgen")
	cmd := exec.Command("go", "build", "-o", b.tool, "./cmd/authgen")
	cmd.Dir = b.root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}
