package main

import (
	"fmt"
	"path"
	"slices"

	"github.com/authgen/authgen/gen/output"
	"github.com/authgen/authgen/internal/cli"
)

// listedFiles is how many files are listed one by one. Of more, each folder gets
// a line, unless -v asks for all.
const listedFiles = 50

// tell says what was done to files.
func (p *project) tell(w *wanted, report output.Report, changed []string) {
	if len(changed) <= listedFiles || p.out.Verbose {
		for _, name := range changed {
			verb, what := p.done(w, report, name)
			p.out.Change(verb, what+p.show(name))
		}
		return
	}
	p.sumUp(w, report, changed)
}

// done returns what was done to a file, and of what when it was not the whole.
func (p *project) done(w *wanted, report output.Report, name string) (verb, what string) {
	switch {
	case slices.Contains(report.Orphaned, name):
		return "removed", ""
	case len(w.added[name]) > 0:
		return "added", cli.Count(len(w.added[name]), "stub") + " to "
	}
	return "wrote", ""
}

// sumUp says what was done to the files of each folder.
func (p *project) sumUp(w *wanted, report output.Report, changed []string) {
	type deed struct{ verb, dir string }
	files, stubs := map[deed]int{}, map[deed]int{}
	var order []deed
	for _, name := range changed {
		verb, _ := p.done(w, report, name)
		d := deed{verb, path.Dir(name)}
		if files[d] == 0 {
			order = append(order, d)
		}
		files[d]++
		stubs[d] += len(w.added[name])
	}
	for _, d := range order {
		text := cli.Count(files[d], "file") + " in "
		if d.verb == "added" {
			text = cli.Count(stubs[d], "stub") + " to " + text
		}
		p.out.Change(d.verb, text+p.show(d.dir))
	}
	p.out.Say(fmt.Sprintf("%s changed; -v lists them", cli.Count(len(changed), "file")))
}
