package contest

import (
	"fmt"
	"strings"
)

// A Course is what a race is run on: a kind of database, as programs have it or with
// one thing changed, to see what that makes of the ratios.
type Course struct {
	Kind Kind
	// Cached keeps statements prepared below every pool, as authgen does by itself.
	Cached bool
	// Integers stores times on SQLite as milliseconds since 1970, instead of as text.
	Integers bool
	// Clients is how many make operations at the same time; 0 is one.
	Clients int
}

// crowd is how many clients there are where there are many.
const crowd = 8

// Courses are all of them, in the order of the report.
var Courses = []Course{
	{Kind: SQLiteFile},
	{Kind: SQLiteMemory},
	{Kind: Postgres},
	{Kind: MariaDB},
	{Kind: SQLiteFile, Cached: true},
	{Kind: SQLiteFile, Integers: true},
	{Kind: SQLiteFile, Clients: crowd},
	{Kind: Postgres, Clients: crowd},
	{Kind: MariaDB, Clients: crowd},
}

// CourseNamed returns the course that a flag names.
func CourseNamed(flag string) (Course, error) {
	var flags []string
	for _, c := range Courses {
		if c.Flag() == flag {
			return c, nil
		}
		flags = append(flags, c.Flag())
	}
	return Course{}, fmt.Errorf("no database %q: %s", flag, strings.Join(flags, ", "))
}

// Flag returns the name of the course on the command line.
func (c Course) Flag() string {
	switch {
	case c.Cached:
		return c.Kind.Slug() + "-cached"
	case c.Integers:
		return c.Kind.Slug() + "-integers"
	case c.Clients > 0:
		return fmt.Sprintf("%s-%d", c.Kind.Slug(), c.Clients)
	}
	return c.Kind.Slug()
}

// Title returns the name of the course in the report.
func (c Course) Title() string {
	switch {
	case c.Cached:
		return string(c.Kind) + ", all cached"
	case c.Integers:
		return string(c.Kind) + ", times as integers"
	case c.Clients > 0:
		return fmt.Sprintf("%s, %d clients", c.Kind, c.Clients)
	}
	return string(c.Kind)
}

// Plain reports whether nothing is changed. Goals are about plain courses.
func (c Course) Plain() bool { return c == Course{Kind: c.Kind} }

// connections returns how many connections a pool has and keeps. More than one
// client makes use of shows what a pool costs.
func (c Course) connections() int {
	if c.Kind == SQLiteMemory {
		return 1 // each connection would have a database of its own
	}
	return max(2, c.Clients)
}
