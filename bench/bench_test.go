package main

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/authgen/authgen/bench/contest"
	"github.com/authgen/authgen/bench/peers"
	"github.com/authgen/authgen/bench/peers/l1"
)

// TestAlive runs every contestant on every course and workload for a moment, and
// checks that all have the same effect. Servers take part where their DSN is set.
func TestAlive(t *testing.T) {
	variables := map[contest.Kind]string{contest.Postgres: contest.PostgresVariable, contest.MariaDB: contest.MySQLVariable}
	for _, course := range contest.Courses {
		if variable := variables[course.Kind]; variable != "" && os.Getenv(variable) == "" {
			continue
		}
		libraries := slices.DeleteFunc(slices.Clone(peers.All), func(l contest.Library) bool { return l.Missing(course) != "" })
		course.Clients = min(course.Clients, 2) // servers have connections for others, too
		for _, w := range contest.Workloads {
			if course.Clients > 0 && w.Name != "W2" && w.Name != "W7" {
				continue // the same code as with one client; two show whether it bears several
			}
			t.Run(course.Flag()+"/"+w.Name, func(t *testing.T) {
				race := contest.Race{Workload: w, Ground: contest.NewGround(course, t.TempDir()), Libraries: libraries, Rounds: 1}
				results, err := race.Run(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if len(results) != len(libraries) {
					t.Errorf("%d results of %d contestants", len(results), len(libraries))
				}
			})
		}
	}
}

// A cheat deletes no sessions.
type cheat struct{ contest.Contestant }

func (cheat) EndSessions(context.Context, string) error { return nil }

// TestEffect checks that who does less than the others is found out.
func TestEffect(t *testing.T) {
	w, err := contest.Named("W7")
	if err != nil {
		t.Fatal(err)
	}
	fast := contest.Library{Name: "fast", Open: func(ctx context.Context, at contest.Place) (contest.Contestant, error) {
		c, err := l1.Library.Open(ctx, at)
		return cheat{c}, err
	}}
	ground := contest.NewGround(contest.Course{Kind: contest.SQLiteMemory}, t.TempDir())
	race := contest.Race{Workload: w, Ground: ground, Libraries: []contest.Library{l1.Library, fast}, Rounds: 1}
	if _, err := race.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "fast has another effect than L1") {
		t.Errorf("got %v", err)
	}
}
