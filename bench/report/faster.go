package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/authgen/authgen/bench/contest"
)

// faster writes who was faster than the hero where, by more than the two digits that
// are printed hide, and why that is.
func (s Speed) faster(w io.Writer) {
	fmt.Fprintf(w, "### Where others are faster\n\nWhose median is below %s's, by more than one hundredth:\n\n", s.Hero)
	fmt.Fprint(w, "| | |\n|---|---|\n")
	for _, d := range s.Databases {
		var all []string
		for _, race := range d.Races {
			if names := s.fasterIn(race); len(names) > 0 {
				all = append(all, race.Workload.Name+": "+strings.Join(names, ", "))
			}
		}
		if len(d.Races) > 0 && len(all) == 0 {
			all = []string{"nobody"}
		}
		if len(all) > 0 {
			fmt.Fprintf(w, "| %s | %s |\n", d.Title(), strings.Join(all, "; "))
		}
	}
	fmt.Fprint(w, reasons)
}

// fasterIn returns who was faster in one race.
func (s Speed) fasterIn(race Race) (names []string) {
	hero := race.of(s.Hero)
	if hero == nil {
		return nil
	}
	_, mine, _ := contest.Quartiles(hero.Ratios)
	for _, r := range race.Results {
		if _, theirs, _ := contest.Quartiles(r.Ratios); theirs < mine-0.01 && !strings.HasPrefix(r.Library, s.Hero) {
			names = append(names, fmt.Sprintf("%s %.2f to %.2f", r.Library, theirs, mine))
		}
	}
	return names
}

// reasons are why others are faster. Whoever changes the runtime looks at them again.
const reasons = `
- **W1, a create without triggers**, is one statement for everybody, so there is little to win. authgen
  checks what it stores before the statement, and tells what went wrong in its own words behind it.
- **W6, many updated rows**: the others read the rows, send one UPDATE that sets the same values in all,
  and work out by themselves what the rows have become. authgen locks the rows, updates exactly these, in
  batches of 500, and hands the trigger old and new of each, so that rows which another transaction adds
  meanwhile are not updated without their trigger. On servers that is a longer statement. That of MariaDB
  names every id.
- **W7, many deleted rows**: for the same reason a batch is read and then deleted by its ids where
  the others delete by the condition.
- **authgen-program in W4** reads the sessions of the user, to delete them with their triggers. A program
  whose sessions have no triggers has W4 as authgen has it.
- **authgen-pool** knows nothing of the pool's driver. Its statements are parsed each time on SQLite, and go
  through database/sql, as those of the peers do.

What no row shows: the peers' hooks do less. docs/choosing.md says what each of them leaves to its user.

`
