package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/authgen/authgen/gen/output"
)

// remember records the state of all files.
func remember(ts *testscript.TestScript, _ bool, _ []string) {
	stateOf(ts).snapshot = snapshot(ts)
}

// unchanged compares all files with the state that remember recorded.
func unchanged(ts *testscript.TestScript, _ bool, _ []string) {
	before, now := stateOf(ts).snapshot, snapshot(ts)
	if before == nil {
		ts.Fatalf("nothing to compare with: say remember first")
	}
	for name := range maps.Keys(before) {
		if now[name] != before[name] {
			ts.Fatalf("%s was %s, is %s", name, before[name], now[name])
		}
	}
	for name := range maps.Keys(now) {
		if before[name] == "" {
			ts.Fatalf("%s is new", name)
		}
	}
}

// snapshot describes every file and folder of a scenario. A time changes
// whenever a file is written, or one is created or removed in a folder.
func snapshot(ts *testscript.TestScript) map[string]string {
	all := map[string]string{}
	work := ts.Getenv("WORK")
	ts.Check(filepath.WalkDir(work, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() == ".tmp" {
			return err
		}
		info, err := d.Info()
		all[path] = fmt.Sprintf("%d bytes of %s", info.Size(), info.ModTime())
		return err
	}))
	return all
}

// crlf gives files Windows line endings.
func crlf(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		name = ts.MkAbs(name)
		data, err := os.ReadFile(name)
		ts.Check(err)
		data = bytes.ReplaceAll(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
		ts.Check(os.WriteFile(name, data, 0o644))
	}
}

// nocompile says that the code of a scenario need not compile.
func nocompile(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: nocompile REASON")
	}
	stateOf(ts).settled = true
}

// generatedIn returns the generated Go files below a folder.
func generatedIn(dir string) map[string]bool {
	found := map[string]bool{}
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") && !d.IsDir() {
			if data, err := os.ReadFile(path); err == nil && output.HasHeader(data) && !slices.Contains(strings.Split(path, string(filepath.Separator)), "testdata") {
				found[path] = true
			}
		}
		return nil
	})
	return found
}
