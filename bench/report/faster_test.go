package report

import (
	"strings"
	"testing"

	"github.com/authgen/authgen/bench/contest"
)

// TestFaster checks that whoever is faster is named, and nobody else.
func TestFaster(t *testing.T) {
	result := func(library string, ratio float64) contest.Result {
		return contest.Result{Library: library, Ratios: []float64{ratio}}
	}
	race := func(results ...contest.Result) []Race {
		return []Race{{Workload: contest.Workloads[0], Results: results}}
	}
	s := Speed{Hero: "authgen", Databases: []Database{
		{Course: contest.Course{Kind: contest.SQLiteFile}, Races: race(result("L1", 1), result("authgen", 0.9))},
		{Course: contest.Course{Kind: contest.Postgres}, Races: race(result("L1", 1), result("authgen", 1.1), result("ent", 1.095), result("authgen-pool", 0.5))},
		{Course: contest.Course{Kind: contest.SQLiteFile, Integers: true}, Races: race(result("L1", 1))},
	}}
	var text strings.Builder
	s.faster(&text)
	table, _, _ := strings.Cut(text.String(), "\n\n- ")
	_, rows, _ := strings.Cut(table, "|---|---|\n")
	if want := "| SQLite file | nobody |\n| Postgres | W1: L1 1.00 to 1.10 |"; rows != want {
		t.Errorf("got %q, want %q", rows, want)
	}
}
