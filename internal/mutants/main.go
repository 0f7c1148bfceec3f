// Mutants changes one line of package runtime at a time, and reports whether the conformance
// suite notices. A change that it does not notice is a rule without a case, or code without
// a reason. Run it by hand:
//
//	go run ./internal/mutants -n 40
//
// The suite runs on SQLite, and on the servers that the environment names, as
// CONTRIBUTING.md says. The tree stays as it is: the go command takes the changed
// file in place of the real one.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

func main() {
	n := flag.Int("n", 40, "how many mutants to try")
	seed := flag.Uint64("seed", 1, "which of all of them")
	dir := flag.String("dir", "runtime", "the package to change")
	tests := flag.String("tests", "./internal/conformance", "the package of the tests")
	limit := flag.Duration("limit", 10*time.Minute, "how long the tests of one mutant may take")
	flag.Parse()
	if err := run(*n, *seed, *dir, *tests, *limit); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

// A verdict is the result of the tests for a mutant.
type verdict string

const (
	killed   verdict = "killed"
	survived verdict = "SURVIVED"
	invalid  verdict = "does not compile"
)

func run(n int, seed uint64, dir, tests string, limit time.Duration) error {
	all, err := mutantsOf(dir)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	random := rand.New(rand.NewPCG(seed, seed))
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	count := map[verdict]int{}
	for _, m := range all {
		if count[killed]+count[survived] == n {
			break
		}
		v, err := try(temp, &m, tests, limit)
		if err != nil {
			return err
		}
		count[v]++
		_, before, after, err := m.source()
		if err != nil {
			return err
		}
		if v != invalid {
			fmt.Printf("%s  %s:%d\n    %s\n    %s\n", v, m.file, m.line, before, after)
		}
	}
	fmt.Printf("\n%d of %d mutants killed; there are %d in all\n", count[killed], count[killed]+count[survived], len(all))
	return nil
}

// try runs the tests with a mutant in place.
func try(temp string, m *mutant, tests string, limit time.Duration) (verdict, error) {
	whole, _, _, err := m.source()
	if err != nil {
		return "", err
	}
	overlay, err := replace(temp, m.file, whole)
	if err != nil {
		return "", err
	}
	binary := filepath.Join(temp, "tests")
	if exec.Command("go", "test", "-c", "-overlay", overlay, "-o", binary, tests).Run() != nil {
		return invalid, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, "-test.short", "-test.failfast")
	cmd.Dir = tests
	if err := cmd.Run(); err == nil {
		return survived, nil
	} else if !errors.As(err, new(*exec.ExitError)) {
		return "", err
	}
	return killed, nil // by a failure, or by a limit of time that a hanging test ran into
}

// replace writes a file that the go command uses in place of the real one, and returns the path
// of the list of such files.
func replace(temp, file string, whole []byte) (string, error) {
	absolute, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	mutated, overlay := filepath.Join(temp, "mutant.go"), filepath.Join(temp, "overlay.json")
	list, err := json.Marshal(map[string]map[string]string{"Replace": {absolute: mutated}})
	if err != nil {
		return "", err
	}
	return overlay, errors.Join(os.WriteFile(mutated, whole, 0o600), os.WriteFile(overlay, list, 0o600))
}
