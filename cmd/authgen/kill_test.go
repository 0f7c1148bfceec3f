//go:build unix

package main

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const (
	kills      = 30
	shortKills = 10
)

// TestKill kills "authgen generate" at random moments, most of them while it
// writes, and checks that each file is as it was or as it will be, and that
// another run brings what an undisturbed one would have.
func TestKill(t *testing.T) {
	wanted := kills
	if testing.Short() {
		wanted = shortKills
	}
	dir, twin := filepath.Join(t.TempDir(), "app"), filepath.Join(t.TempDir(), "app")
	for _, d := range []string{dir, twin} {
		if err := os.Mkdir(d, 0o777); err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(d, "go.mod"), "module example.com/app\n\ngo 1.26\n")
		writeFile(t, filepath.Join(d, "schema.yaml"), killSchema(0))
		authgen(t, d)
	}
	mixed, killed := 0, 0
	for version := 1; killed < wanted; version++ {
		for _, d := range []string{dir, twin} {
			writeFile(t, filepath.Join(d, "schema.yaml"), killSchema(version))
		}
		before := readTree(t, dir)
		began := time.Now()
		authgen(t, twin)
		whole := time.Since(began)
		wantTree := readTree(t, twin)
		if killOne(t, dir, version, whole) {
			killed++
			if olds, news := compareTrees(t, before, readTree(t, dir), wantTree); olds > 0 && news > 0 {
				mixed++
			}
		}
		authgen(t, dir)
		if after := readTree(t, dir); !equalTrees(after, wantTree) {
			t.Errorf("version %d: another run did not repair it", version)
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	t.Logf("%d kills, %d of them with some files in place and others not", killed, mixed)
	if !testing.Short() && mixed < 3 {
		t.Error("too few kills hit a run in its middle")
	}
}

// killSchema returns a schema in which every version changes every file, adds
// and removes a table and adds a trigger.
func killSchema(version int) string {
	var b strings.Builder
	b.WriteString("version: 1\nout: ./auth\ntables:\n")
	for i := range 25 {
		fmt.Fprintf(&b, "  t%02d:\n    fields: {name: string, v%d: {type: int, nullable: true}}\n", i, version)
	}
	fmt.Fprintf(&b, "  extra%d:\n    fields: {name: string}\n    triggers: [onCreate]\n", version)
	return b.String()
}

// authgen runs the command to its end.
func authgen(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.Command("authgen", "-q")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// killOne starts the command and kills it: at any moment, or once there is a
// temporary file, or once the first file is in place. It reports whether the
// command was still at it.
func killOne(t *testing.T, dir string, version int, whole time.Duration) bool {
	t.Helper()
	cmd := exec.Command("authgen", "-q")
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	first := filepath.Join(dir, "triggers", fmt.Sprintf("extra%d.go", version))
	switch version % 3 {
	case 0:
		time.Sleep(rand.N(whole))
	case 1:
		await(first, filepath.Join(dir, "auth", ".authgen-*.tmp"))
		time.Sleep(rand.N(2 * time.Millisecond))
	case 2:
		await(first)
		time.Sleep(rand.N(time.Millisecond))
	}
	if err := cmd.Process.Kill(); err != nil {
		return false
	}
	return cmd.Wait() != nil
}

// await waits until a file of one of these patterns is there.
func await(patterns ...string) {
	for range 20_000 {
		for _, p := range patterns {
			if found, _ := filepath.Glob(p); len(found) > 0 {
				return
			}
		}
		time.Sleep(20 * time.Microsecond)
	}
}

// compareTrees checks that each file is as it was or as it will be.
func compareTrees(t *testing.T, before, now, after map[string]string) (olds, news int) {
	t.Helper()
	for name, data := range now {
		old, was := before[name]
		switch {
		case was && old == data && data == after[name]: // it need not change
		case data == after[name]:
			news++
		case was && data == old:
			olds++
		default:
			t.Errorf("%s is neither old nor new: %d bytes", name, len(data))
		}
	}
	for name := range before {
		_, here := now[name]
		_, wanted := after[name]
		if !here && wanted {
			t.Errorf("%s is gone", name)
		}
	}
	return olds, news
}

func equalTrees(a, b map[string]string) bool {
	for name := range a {
		if a[name] != b[name] {
			return false
		}
	}
	return len(a) == len(b)
}

var leftover = regexp.MustCompile(`^\.authgen-.*\.tmp$`)

// readTree returns all files of a folder but temporary ones.
func readTree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || leftover.MatchString(d.Name()) {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		files[rel] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
