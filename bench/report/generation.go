package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/authgen/authgen/bench/generation"
)

const mib = 1 << 20

// A generationGoal is what authgen shall take at most; nothing where it is zero.
type generationGoal struct {
	generate, compile             time.Duration
	generateMemory, compileMemory int64
}

// generationGoals are by number of tables.
var generationGoals = map[int]generationGoal{
	5:    {generate: 50 * time.Millisecond},
	200:  {generate: 500 * time.Millisecond, generateMemory: 100 * mib, compile: 4 * time.Second, compileMemory: 550 * mib},
	1000: {generate: 2500 * time.Millisecond, generateMemory: 150 * mib, compile: 40 * time.Second, compileMemory: 2048 * mib},
}

// linesGoal is how many lines a table shall have at most.
const linesGoal = 400

// Generation writes what generators took. The first of the results is authgen's.
func Generation(w io.Writer, facts []Fact, results []generation.Result) {
	runs := 0
	for _, r := range results {
		runs = max(runs, len(r.Generate))
	}
	fmt.Fprintf(w, "Tables of 12 fields in groups of five with foreign keys. CPU is seconds of processors, of user and system,\n"+
		"the median of %d runs in which all take turns, with the least and the most. Memory is that of the largest\n"+
		"process. Compiled is the generated code alone, with all that it imports compiled before. sqlc has five queries\n"+
		"a table and no hooks; authgen has three dialects and triggers. gorm generates nothing. Times compare within a\n"+
		"row only. Goals of time are on the clock.\n\n", runs)
	writeFacts(w, facts)
	var names []string
	var sizes []int
	for _, r := range results {
		if !slices.Contains(names, r.Generator) {
			names = append(names, r.Generator)
		}
		if !slices.Contains(sizes, r.Tables) {
			sizes = append(sizes, r.Tables)
		}
	}
	fmt.Fprintf(w, "\n| tables | | %s | goal | |\n|%s\n", strings.Join(names, " | "), strings.Repeat("---|", len(names)+4))
	for _, n := range sizes {
		generationRows(w, n, names, results)
	}
}

// generationRows writes the rows of one number of tables.
func generationRows(w io.Writer, n int, names []string, results []generation.Result) {
	of := func(name string) generation.Result {
		i := slices.IndexFunc(results, func(r generation.Result) bool { return r.Generator == name && r.Tables == n })
		return results[i]
	}
	g := generationGoals[n]
	row := func(what string, value func(generation.Result) (float64, string), goal float64, goalText string) {
		cells := []string{fmt.Sprint(n), what}
		for _, name := range names {
			_, text := value(of(name))
			cells = append(cells, text)
		}
		outcome := ""
		if goal > 0 {
			measured, _ := value(of(names[0]))
			outcome = verdictOf(measured <= goal)
		} else {
			goalText = "–"
		}
		fmt.Fprintf(w, "| %s | %s | %s |\n", strings.Join(cells, " | "), goalText, outcome)
	}
	row("generate", func(r generation.Result) (float64, string) { return wall(r.Generate) }, float64(g.generate), seconds(g.generate))
	row("… CPU", func(r generation.Result) (float64, string) { return cpu(r.Generate) }, 0, "")
	row("… peak memory", func(r generation.Result) (float64, string) { return peak(r.Generate) }, float64(g.generateMemory), memory(g.generateMemory))
	row("compile", func(r generation.Result) (float64, string) { return wall(r.Compile) }, float64(g.compile), seconds(g.compile))
	row("… CPU", func(r generation.Result) (float64, string) { return cpu(r.Compile) }, 0, "")
	row("… peak memory", func(r generation.Result) (float64, string) { return peak(r.Compile) }, float64(g.compileMemory), memory(g.compileMemory))
	row("lines a table", func(r generation.Result) (float64, string) { return float64(r.Lines), fmt.Sprint(r.Lines) }, linesGoal, fmt.Sprint(linesGoal))
}

func wall(c generation.Costs) (float64, string) {
	_, median, _ := c.Wall()
	if stopped := c.Stopped(); stopped != "" {
		return float64(median), stopped
	}
	return float64(median), seconds(median)
}

func cpu(c generation.Costs) (float64, string) {
	least, median, most := c.CPU()
	if c.Stopped() != "" {
		return float64(median), "–"
	}
	return float64(median), fmt.Sprintf("%s (%.2f–%.2f)", seconds(median), least.Seconds(), most.Seconds())
}

func peak(c generation.Costs) (float64, string) {
	if c.Stopped() != "" || c.Peak() == 0 {
		return float64(c.Peak()), "–"
	}
	return float64(c.Peak()), memory(c.Peak())
}

func verdictOf(met bool) string {
	if met {
		return "met"
	}
	return "missed"
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func memory(bytes int64) string { return fmt.Sprintf("%d MiB", bytes/mib) }
