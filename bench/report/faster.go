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
		if d.ran(s.Hero) && len(all) == 0 {
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
		if _, theirs, _ := contest.Quartiles(r.Ratios); theirs < mine-0.01 && !strings.HasPrefix(r.Library, s.Hero) { // not the hero in another way
			names = append(names, fmt.Sprintf("%s %.2f to %.2f", r.Library, theirs, mine))
		}
	}
	return names
}

// reasons are why others are faster. Whoever changes the runtime looks at them again.
const reasons = `
- **W1, a create without triggers**, is one statement for everybody, so there is little to win. authgen
  checks what it stores ahead of the statement, and returns the row as it is stored.
- **W6 and W7, many rows**: the others read all rows, and then send one statement with the same condition.
  authgen takes rows in batches of 500, so that a million takes no more memory than a batch, and writes
  exactly the rows that it hands to the trigger. That is a longer statement; MariaDB's UPDATE, which
  returns nothing, names every id.
- **W8, a create that is rolled back**, is short, so the preparation of a unit of work shows.
- **authgen-program in W4** reads the sessions of the user, to delete them with their triggers. A program
  whose sessions have no triggers has W4 as authgen has it. Its W1 goes through WithoutTriggers.
- **authgen-pool** knows nothing of the pool's driver. Its statements are parsed each time on SQLite, and go
  through database/sql, as those of the peers do.

In W6, what peers with hooks do is written by hand: their hooks do not run for each row, or see no old one.

`
