package endpoints

import (
	"fmt"
	"strings"
)

// hint returns ` (did you mean "events"?)`, or the valid words where none is
// near.
func hint(word string, valid []string) string {
	best, distance := "", 1+len(word)/3
	for _, v := range valid {
		if d := apart(strings.ToLower(word), strings.ToLower(v)); d < distance {
			best, distance = v, d
		}
	}
	if best != "" {
		return fmt.Sprintf(" (did you mean %q?)", best)
	}
	return fmt.Sprintf(" (valid are %s)", strings.Join(valid, ", "))
}

// apart returns how many letters are to be added, removed, replaced, or swapped
// with their neighbour, to make b of a.
func apart(a, b string) int {
	if len(a) > 2*len(b)+2 {
		return len(a) // far, and a hostile word is not worth the time
	}
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(row[j]+1, last[j+1]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
