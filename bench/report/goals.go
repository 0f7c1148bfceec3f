package report

import "github.com/authgen/authgen/bench/contest"

// goals are what authgen shall reach at most, as a ratio to L1, for W1 to W8.
var goals = map[contest.Kind][]float64{
	contest.SQLiteFile:   {1.02, 0.91, 0.80, 0.88, 0.97, 0.92, 0.92, 0.81},
	contest.SQLiteMemory: {1.05, 0.82, 0.72, 0.76, 0.95, 0.94, 0.95, 0.80},
	contest.Postgres:     {1.00, 0.76, 0.68, 0.75, 0.98, 0.92, 0.86, 0.75},
	contest.MariaDB:      {1.03, 0.80, 0.80, 0.75, 1.00, 0.95, 0.97, 0.65},
}

// allocationGoals are how often one operation of authgen shall allocate at most.
var allocationGoals = map[contest.Kind][]float64{
	contest.SQLiteFile:   {18, 36, 78, 64, 56, 2860, 2855, 26},
	contest.SQLiteMemory: {18, 36, 78, 64, 56, 2860, 2855, 26},
	contest.Postgres:     {15, 31, 66, 51, 47, 1360, 1350, 23},
}

// goalOf returns the goal for a workload, and whether there is one.
func goalOf(goals map[contest.Kind][]float64, kind contest.Kind, workload string) (float64, bool) {
	for i, w := range contest.Workloads {
		if w.Name == workload && i < len(goals[kind]) {
			return goals[kind][i], true
		}
	}
	return 0, false
}

// verdict returns what became of a goal. A measured value counts as it is
// printed, with two digits.
func verdict(measured, goal float64) string {
	if measured < goal+0.005 {
		return "met"
	}
	return "missed"
}
