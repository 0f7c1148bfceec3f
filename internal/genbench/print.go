package main

import (
	"fmt"
	"io"
	"runtime"
	"time"
)

// A goal is the largest value that a number should have; 0: no goal.
type goal struct {
	generate, compile             time.Duration
	generateMemory, compileMemory int64
}

const mib = 1 << 20

// goals are those of the project, by number of tables.
var goals = map[int]goal{
	5:    {generate: 50 * time.Millisecond},
	200:  {generate: 500 * time.Millisecond, generateMemory: 100 * mib, compile: 4 * time.Second, compileMemory: 550 * mib},
	1000: {generate: 2500 * time.Millisecond, generateMemory: 150 * mib, compile: 40 * time.Second, compileMemory: 2048 * mib},
}

// The goals for every number of tables.
const (
	againGoal = 0.3 // of the first run, where nothing changed
	linesGoal = 400 // a table
)

// format is how a line of the table looks.
const format = "%-7v %-24s %-18s %-18s %s\n"

// printHead writes where this was measured and the head of the table.
func (b *bench) printHead(w io.Writer) {
	fmt.Fprintf(w, "%s %s/%s, %d cores, median of %d\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), b.runs)
	fmt.Fprintf(w, format, "tables", "what", "measured", "goal", "")
}

// print writes one line for each measurement.
func (r result) print(w io.Writer) {
	g := goals[r.tables]
	row := func(what, measured, goal, verdict string) {
		fmt.Fprintf(w, format, r.tables, what, measured, goal, verdict)
	}
	row("generate", seconds(r.first.wall), seconds(g.generate), verdict(float64(r.first.wall), float64(g.generate)))
	row("generate, peak memory", memory(r.first.peak), memory(g.generateMemory), verdict(float64(r.first.peak), float64(g.generateMemory)))
	again, check := ratio(r.again, r.first), ratio(r.check, r.first)
	row("again, nothing changed", factor(again), factor(againGoal), verdict(again, againGoal))
	row("check", factor(check), factor(againGoal), verdict(check, againGoal))
	perTable := float64(r.lines) / float64(r.tables)
	row("lines a table", fmt.Sprintf("%.0f", perTable), fmt.Sprint(linesGoal), verdict(perTable, linesGoal))
	if r.compiled {
		row("compile", seconds(r.compile.wall)+r.stopped, seconds(g.compile), verdict(float64(r.compile.wall), float64(g.compile)))
		row("compile, peak memory", memory(r.compile.peak), memory(g.compileMemory), verdict(float64(r.compile.peak), float64(g.compileMemory)))
	}
}

func ratio(a, b cost) float64 { return float64(a.wall) / float64(b.wall) }

// verdict returns "ok" or "over"; nothing where there is no goal.
func verdict(measured, goal float64) string {
	switch {
	case goal == 0:
		return ""
	case measured <= goal:
		return "ok"
	}
	return "over"
}

func seconds(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return fmt.Sprintf("%.3f s", d.Seconds())
}

func memory(bytes int64) string {
	if bytes == 0 {
		return "-"
	}
	return fmt.Sprintf("%d MiB", bytes/mib)
}

func factor(f float64) string { return fmt.Sprintf("%.2f × the first", f) }
