package conformance

import (
	"bytes"
	"fmt"
	"runtime/pprof"
	"strconv"
	"strings"
	"testing"
)

// databaseLabel is the label of the goroutines of a test on one database, while
// tests on others run beside it. Its value is the name of the test on it.
const databaseLabel = "database"

// label gives the label to this goroutine, and so to all that are started by it.
func label(t *testing.T) {
	pprof.SetGoroutineLabels(pprof.WithLabels(t.Context(), pprof.Labels(databaseLabel, t.Name())))
}

// goroutines returns how many there are that belong to the test, or to one that
// it is a part of, its own among them: none if it has no label. Their profile has a block for each stack: a line with their
// number, one with their labels if there are any, and the stack.
func goroutines(t *testing.T) int {
	t.Helper()
	var profile bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&profile, 1); err != nil {
		t.Fatal(err)
	}
	root, rest, _ := strings.Cut(t.Name(), "/")
	database, _, _ := strings.Cut(rest, "/")
	label := fmt.Sprintf("%q:%q", databaseLabel, root+"/"+database)
	count := 0
	for block := range strings.SplitSeq(profile.String(), "\n\n") {
		if !strings.Contains(block, label) {
			continue
		}
		for line := range strings.Lines(block) {
			number, _, found := strings.Cut(line, " @")
			if n, err := strconv.Atoi(number); found && err == nil {
				count += n
			}
		}
	}
	return count
}
