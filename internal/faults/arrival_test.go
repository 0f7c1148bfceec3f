package faults

import (
	"fmt"
	"testing"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// An arrival is what came somewhere: the event or the job of a visit, and the id
// under which it came.
type arrival struct {
	visit
	id string
}

// String returns the arrival as a child process prints it.
func (a arrival) String() string { return fmt.Sprintf("%s %d %s", a.desk, a.number, a.id) }

// read returns the arrival of a line.
func read(t testing.TB, line string) (a arrival) {
	t.Helper()
	n, err := fmt.Sscan(line, &a.desk, &a.number, &a.id)
	if err != nil && n < 2 { // a visit that was only committed has no id
		t.Fatalf("cannot read %q: %v", line, err)
	}
	return a
}

// arrivals are in the order in which they came.
type arrivals []arrival

// check fails the test unless all that was committed came, each visit under an
// id of its own, and nothing else. committed is the last visit of each desk.
func (all arrivals) check(t testing.TB, what string, committed map[auth.DeskID]int) {
	t.Helper()
	ids, visits := map[visit]string{}, map[string]visit{}
	for _, a := range all {
		last, there := committed[a.desk]
		if !there || a.number > last {
			t.Errorf("%s: visit %d of desk %s came, and was never committed", what, a.number, a.desk)
		}
		if id, again := ids[a.visit]; again && id != a.id {
			t.Errorf("%s: visit %d of desk %s came as %s and as %s", what, a.number, a.desk, id, a.id)
		}
		if v, again := visits[a.id]; again && v != a.visit {
			t.Errorf("%s: %s came as %v and as %v", what, a.id, v, a.visit)
		}
		ids[a.visit], visits[a.id] = a.id, a.visit
	}
	for desk, last := range committed {
		for n := range last + 1 {
			if _, came := ids[visit{desk, n}]; !came {
				t.Errorf("%s: visit %d of %d of desk %s never came", what, n, last, desk)
			}
		}
	}
}

// inOrder fails the test unless the visits of each desk came in their order. What
// comes again does not count: its id tells.
func (all arrivals) inOrder(t testing.TB, what string) {
	t.Helper()
	next, seen := map[auth.DeskID]int{}, map[string]bool{}
	for _, a := range all {
		if seen[a.id] {
			continue
		}
		seen[a.id] = true
		if a.number != next[a.desk] {
			t.Errorf("%s: visit %d of desk %s came where %d was to come", what, a.number, a.desk, next[a.desk])
		}
		next[a.desk] = a.number + 1
	}
}

// once fails the test if something came twice.
func (all arrivals) once(t testing.TB, what string) {
	t.Helper()
	times := map[string]int{}
	for _, a := range all {
		if times[a.id]++; times[a.id] == 2 {
			t.Errorf("%s: %v came twice", what, a)
		}
	}
}

// firstCame returns how often that came which came first.
func (all arrivals) firstCame() (times int) {
	for _, a := range all {
		if a.id == all[0].id {
			times++
		}
	}
	return times
}
