package main

import (
	"fmt"
	"io"
	"maps"
	"path"
	"slices"

	"github.com/authgen/authgen/gen/output"
	"github.com/authgen/authgen/internal/cli"
)

// An account tells what a run found on disk, or did to it.
type account struct {
	*project
	w      *wanted
	report output.Report
}

// changed returns the paths of all files that are not, or were not, as they should be.
func (a account) changed() []string {
	return slices.Sorted(slices.Values(slices.Concat(a.report.Missing, a.report.Stale, a.report.Orphaned)))
}

// listedFiles is how many files are listed one by one. If there are more, each folder gets
// one line, unless -v is given.
const listedFiles = 50

// tell prints what was done to files.
func (a account) tell() {
	changed := a.changed()
	if len(changed) <= listedFiles || a.out.Verbose {
		for _, name := range changed {
			verb, what := a.done(name)
			a.out.Change(verb, what+a.show(name))
		}
		return
	}
	a.sumUp(changed)
}

// done returns what was done to a file. What is set if only a part of the file is new.
func (a account) done(name string) (verb, what string) {
	switch {
	case slices.Contains(a.report.Orphaned, name):
		return "removed", ""
	case len(a.w.added[name]) > 0:
		return "added", cli.Count(len(a.w.added[name]), "stub") + " to "
	}
	return "wrote", ""
}

// sumUp prints one line for each folder and what was done to its files.
func (a account) sumUp(changed []string) {
	type deed struct{ verb, dir string }
	files, stubs := map[deed]int{}, map[deed]int{}
	var order []deed
	for _, name := range changed {
		verb, _ := a.done(name)
		d := deed{verb, path.Dir(name)}
		if files[d] == 0 {
			order = append(order, d)
		}
		files[d]++
		stubs[d] += len(a.w.added[name])
	}
	for _, d := range order {
		text := cli.Count(files[d], "file") + " in "
		if d.verb == "added" {
			text = cli.Count(stubs[d], "stub") + " to " + text
		}
		a.out.Change(d.verb, text+a.show(d.dir))
	}
	a.out.Say(fmt.Sprintf("%s changed; -v lists them", cli.Count(len(changed), "file")))
}

// verdict lists everything that is not as it should be, and returns cli.ErrStale if there
// is anything. If triggers could not be read it returns why.
func (a account) verdict(to io.Writer, colours cli.Palette) error {
	findings := a.w.findings()
	if !a.out.Quiet {
		for _, path := range a.changed() {
			a.list(path, to, colours)
		}
		for _, f := range findings {
			fmt.Fprintln(to, f)
		}
	}
	a.lookAtRest()
	if a.w.unseen != nil {
		return a.w.unseen
	}
	if len(findings) > 0 || !a.report.Fresh() {
		return cli.ErrStale
	}
	return nil
}

// list prints one line for a file, or one for each stub that it lacks.
func (a account) list(path string, to io.Writer, colours cli.Palette) {
	word := "stale"
	switch {
	case slices.Contains(a.report.Orphaned, path):
		word = "orphaned"
	case slices.Contains(a.report.Missing, path):
		word = "missing"
	}
	for _, method := range a.w.added[path] {
		fmt.Fprintf(to, "%s %s in %s\n", colours.Verb("missing"), method, a.show(path))
	}
	if len(a.w.added[path]) == 0 {
		fmt.Fprintf(to, "%s %s\n", colours.Verb(word), a.show(path))
	}
}

// lookAtRest lists the unchanged files if -v is given.
func (a account) lookAtRest() {
	if !a.out.Verbose {
		return
	}
	changed := a.changed()
	for _, path := range slices.Sorted(maps.Keys(a.w.set.Files)) {
		if _, found := slices.BinarySearch(changed, path); !found {
			a.out.Look("unchanged %s", a.show(path))
		}
	}
}
