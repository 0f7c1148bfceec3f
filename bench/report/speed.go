// Package report prints what was measured: tables in Markdown, and charts.
package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/authgen/authgen/bench/contest"
)

// A Speed is the result of all races.
type Speed struct {
	Facts     []Fact
	Rounds    int
	Libraries []contest.Library
	Hero      string // the library that has the goals
	Databases []Database
}

// A Database is the result of all races on one course.
type Database struct {
	contest.Course
	Races []Race
	// NotRun says why libraries did not run, and which.
	NotRun map[string][]string
}

// ran reports whether a library took part in a race.
func (d Database) ran(library string) bool {
	return slices.ContainsFunc(d.Races, func(r Race) bool { return r.of(library) != nil })
}

// A Race is the result of one workload; the first is the reference.
type Race struct {
	Workload contest.Workload
	Results  []contest.Result
}

// of returns the result of a library, or nil.
func (r Race) of(library string) *contest.Result {
	for i := range r.Results {
		if r.Results[i].Library == library {
			return &r.Results[i]
		}
	}
	return nil
}

// Markdown writes everything but the charts, to which it refers if there are
// some.
func (s Speed) Markdown(w io.Writer, charts string) {
	s.introduction(w)
	for _, d := range s.Databases {
		fmt.Fprintf(w, "### %s\n\n%s", d.Title(), about(d.Course))
		if len(d.Races) > 0 {
			s.times(w, d)
			if d.Clients == 0 {
				s.allocations(w, d)
			} else {
				deadlocks(w, d)
			}
		}
		for _, reason := range slices.Sorted(maps.Keys(d.NotRun)) {
			fmt.Fprintf(w, "Not run: %s: %s.\n\n", strings.Join(d.NotRun[reason], ", "), reason)
		}
	}
	s.faster(w)
	if charts == "" || len(s.Databases) == 0 {
		return
	}
	fmt.Fprint(w, "### Charts\n\nTime as a ratio to L1; the line from quartile to quartile, the goal a mark.\n\n")
	for _, race := range s.Databases[0].Races {
		fmt.Fprintf(w, "![%s: %s](%s/%s.svg)\n\n", race.Workload.Name, race.Workload.About, charts, strings.ToLower(race.Workload.Name))
	}
}

func (s Speed) introduction(w io.Writer) {
	fmt.Fprintf(w, "Every figure is a ratio to L1, taken in the same run: each contestant has a database of its own,\n"+
		"all take turns of a few operations in random order, and after each workload all must have left the\n"+
		"same rows. Printed is the median of %d rounds, with the first and third quartile. Absolute times say\n"+
		"little about another machine; they are given for L1 only.\n\n", s.Rounds)
	writeFacts(w, s.Facts)
	fmt.Fprint(w, "\n| contestant | |\n|---|---|\n")
	for _, l := range s.Libraries {
		fmt.Fprintf(w, "| %s | %s |\n", l.Name, l.About)
	}
	fmt.Fprint(w, "\n| workload | |\n|---|---|\n")
	for _, wl := range contest.Workloads {
		fmt.Fprintf(w, "| %s | %s |\n", wl.Name, wl.About)
	}
	fmt.Fprintln(w)
}

// times writes the ratios on one kind of database, and the goals.
func (s Speed) times(w io.Writer, d Database) {
	t := newTable("time / L1", d.Races)
	for _, l := range s.Libraries {
		if !d.ran(l.Name) {
			continue
		}
		t.row(l.Name, l.Name == s.Hero, func(r Race) string {
			result := r.of(l.Name)
			if result == nil {
				return "–"
			}
			if l.Name == s.Libraries[0].Name {
				return "1 (" + short(result.Time) + ")"
			}
			low, median, high := contest.Quartiles(result.Ratios)
			return fmt.Sprintf("%.2f (%.2f–%.2f)", median, low, high)
		})
	}
	if !d.Integers {
		t.row("fastest peer with hooks", false, s.fastestPeer)
	}
	s.goalRows(t, goals, d.Course, "%.2f", func(r *contest.Result) float64 {
		_, median, _ := contest.Quartiles(r.Ratios)
		return median
	})
	t.write(w)
}

// fastestPeer returns who of those with hooks took the least time.
func (s Speed) fastestPeer(r Race) string {
	name, best := "–", 0.0
	for _, l := range s.Libraries {
		if result := r.of(l.Name); result != nil && l.Hooks {
			if _, median, _ := contest.Quartiles(result.Ratios); name == "–" || median < best {
				name, best = l.Name, median
			}
		}
	}
	if name == "–" {
		return name
	}
	return fmt.Sprintf("%s %.2f", name, best)
}

// allocations writes how often an operation allocates.
func (s Speed) allocations(w io.Writer, d Database) {
	t := newTable("allocations", d.Races)
	for _, l := range s.Libraries {
		if !d.ran(l.Name) {
			continue
		}
		t.row(l.Name, l.Name == s.Hero, func(r Race) string {
			if result := r.of(l.Name); result != nil {
				return fmt.Sprintf("%.0f", result.Allocations)
			}
			return "–"
		})
	}
	s.goalRows(t, allocationGoals, d.Course, "%.0f", func(r *contest.Result) float64 { return r.Allocations })
	t.write(w)
}

// deadlocks writes whose operations were undone by deadlocks, and tried again.
func deadlocks(w io.Writer, d Database) {
	var all []string
	for _, race := range d.Races {
		for _, r := range race.Results {
			if r.Deadlocks > 0 {
				all = append(all, fmt.Sprintf("%s %s %d", race.Workload.Name, r.Library, r.Deadlocks))
			}
		}
	}
	if len(all) > 0 {
		fmt.Fprintf(w, "Deadlocks, after which the program tried again: %s.\n\n", strings.Join(all, ", "))
	}
}

// goalRows adds the goals of a course, where it has some, and what became of them.
func (s Speed) goalRows(t *table, goals map[contest.Kind][]float64, on contest.Course, format string, measured func(*contest.Result) float64) {
	kind := on.Kind
	if !on.Plain() || len(goals[kind]) == 0 {
		return
	}
	t.row("goal", false, func(r Race) string {
		if goal, ok := goalOf(goals, kind, r.Workload.Name); ok {
			return fmt.Sprintf(format, goal)
		}
		return "–"
	})
	t.row("", false, func(r Race) string {
		goal, ok := goalOf(goals, kind, r.Workload.Name)
		result := r.of(s.Hero)
		if !ok || result == nil {
			return "–"
		}
		return verdict(measured(result), goal)
	})
}

// A table has a row for each contestant and a column for each workload.
type table struct {
	races []Race
	rows  []string
}

func newTable(corner string, races []Race) *table {
	t := &table{races: races}
	t.row(corner, false, func(r Race) string { return r.Workload.Name })
	t.rows = append(t.rows, "|"+strings.Repeat("---|", 1+len(races)))
	return t
}

// row adds a row; one that is of the hero stands out.
func (t *table) row(name string, hero bool, cell func(Race) string) {
	bold := func(s string) string {
		if hero {
			return "**" + s + "**"
		}
		return s
	}
	cells := []string{bold(name)}
	for _, r := range t.races {
		cells = append(cells, bold(cell(r)))
	}
	t.rows = append(t.rows, "| "+strings.Join(cells, " | ")+" |")
}

func (t *table) write(w io.Writer) {
	fmt.Fprintln(w, strings.Join(t.rows, "\n")+"\n")
}

// short returns a time with three digits or so.
func short(d time.Duration) string {
	switch {
	case d < 100*time.Microsecond:
		return d.Round(100 * time.Nanosecond).String()
	case d < 10*time.Millisecond:
		return d.Round(time.Microsecond).String()
	}
	return d.Round(time.Millisecond).String()
}
