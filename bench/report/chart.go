package report

import (
	"fmt"
	"html"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/authgen/authgen/bench/contest"
)

// Charts writes a chart for each workload into a folder.
func (s Speed) Charts(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, w := range contest.Workloads {
		if svg, ok := s.chart(w); ok {
			if err := os.WriteFile(filepath.Join(dir, strings.ToLower(w.Name)+".svg"), []byte(svg), 0o666); err != nil {
				return err
			}
		}
	}
	return nil
}

// The measures of a chart, in pixels.
const (
	chartWidth = 760
	barsLeft   = 130 // where the ratio 0 is
	barsRight  = 680 // where the largest is
	barHeight  = 14
	rowHeight  = 20
	headHeight = 34
)

// style has the colours for a light and a dark page.
const style = `text{font:12px system-ui,sans-serif;fill:#24292f}
.title{font-size:14px;font-weight:600}
.group{font-weight:600}
.dim{fill:#6e7781}
.peer{fill:#afb8c1}
.hero{fill:#0969da}
.line{stroke:#57606a}
.unit{stroke:#57606a;stroke-dasharray:3 3}
.goal{stroke:#cf222e;stroke-width:2}
@media(prefers-color-scheme:dark){
text{fill:#e6edf3}
.dim{fill:#8b949e}
.peer{fill:#484f58}
.hero{fill:#388bfd}
.line{stroke:#adbac7}
.unit{stroke:#8b949e}
.goal{stroke:#ff7b72}
}`

// A drawing is an SVG in the making.
type drawing struct {
	strings.Builder
	y     float64 // where the next row begins
	scale float64 // pixels for a ratio of 1
}

func (d *drawing) x(ratio float64) float64 { return barsLeft + ratio*d.scale }

func (d *drawing) text(class, anchor string, x float64, text string) {
	fmt.Fprintf(d, `<text class="%s" text-anchor="%s" x="%.1f" y="%.1f">%s</text>`+"\n", class, anchor, x, d.y+11, html.EscapeString(text))
}

func (d *drawing) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(d, `<line class="%s" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`+"\n", class, x1, y1, x2, y2)
}

// chart draws the ratios of a workload: a group for each database.
func (s Speed) chart(w contest.Workload) (svg string, ok bool) {
	largest := 1.0
	databases := slices.DeleteFunc(slices.Clone(s.Databases), func(d Database) bool { return !d.Plain() })
	for _, d := range databases {
		for _, r := range d.race(w).Results {
			_, _, high := contest.Quartiles(r.Ratios)
			largest, ok = max(largest, high), true
		}
	}
	d := &drawing{scale: (barsRight - barsLeft) / (math.Ceil(largest*4) / 4)}
	d.y = 8
	d.text("title", "start", 10, w.Name+": "+w.About)
	d.y += headHeight
	for _, database := range databases {
		s.group(d, database.Kind, database.race(w))
	}
	d.text("dim", "start", barsLeft, "time as a ratio to L1, the dashed line; shorter is faster; red is authgen's goal")
	height := d.y + rowHeight
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%.0f" viewBox="0 0 %d %.0f" role="img" aria-label="%s">`+"\n<style>%s</style>\n%s</svg>\n",
		chartWidth, height, chartWidth, height, html.EscapeString(w.Name+": "+w.About), style, d.String()), ok
}

// race returns the race of a workload, empty if it was not run.
func (d Database) race(w contest.Workload) Race {
	for _, r := range d.Races {
		if r.Workload.Name == w.Name {
			return r
		}
	}
	return Race{Workload: w}
}

// group draws the bars of one database. The reference is the dashed line.
func (s Speed) group(d *drawing, kind contest.Kind, race Race) {
	if len(race.Results) == 0 {
		return
	}
	d.text("group", "start", 10, string(kind))
	d.text("dim", "start", barsLeft, "L1 takes "+short(race.Results[0].Time))
	d.y += rowHeight
	top := d.y
	for _, r := range race.Results[1:] {
		s.bar(d, kind, race.Workload.Name, r)
	}
	d.line("unit", d.x(1), top-2, d.x(1), d.y-2)
	d.y += rowHeight / 2
}

// bar draws one contestant: the median, the quartiles, and the goal of the hero.
func (s Speed) bar(d *drawing, kind contest.Kind, workload string, r contest.Result) {
	low, median, high := contest.Quartiles(r.Ratios)
	class := "peer"
	if r.Library == s.Hero {
		class = "hero"
	}
	middle := d.y + barHeight/2
	d.text("", "end", barsLeft-8, r.Library)
	fmt.Fprintf(d, `<rect class="%s" x="%d" y="%.1f" width="%.1f" height="%d" rx="2"/>`+"\n", class, barsLeft, d.y, median*d.scale, barHeight)
	d.line("line", d.x(low), middle, d.x(high), middle)
	d.line("line", d.x(low), middle-3, d.x(low), middle+3)
	d.line("line", d.x(high), middle-3, d.x(high), middle+3)
	d.text("", "start", max(d.x(high), d.x(median))+6, fmt.Sprintf("%.2f", median))
	if goal, ok := goalOf(goals, kind, workload); ok && r.Library == s.Hero {
		d.line("goal", d.x(goal), d.y-2, d.x(goal), d.y+barHeight+2)
	}
	d.y += rowHeight
}
