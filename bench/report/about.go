package report

import "github.com/authgen/authgen/bench/contest"

// about returns what a reader of a course's figures must know.
func about(course contest.Course) string {
	switch {
	case course.Cached:
		return "Here a driver below every pool keeps statements prepared, which authgen does by itself where it opens\n" +
			"the database. What remains of its lead is its own code; what is gone was the parsing of SQL.\n\n"
	case course.Integers:
		return "Times are milliseconds since 1970, as with `times: integer`. The driver then parses none, which speeds\n" +
			"up everybody: L1 stores integers here too, so compare its time with that of L1 on a SQLite file.\n\n"
	case course.Clients > 0:
		return "Clients make operations at the same time, each on a connection of its own, as a server does. The ratio\n" +
			"is that of the time until all have done theirs.\n\n"
	case course.Kind == contest.MariaDB:
		return "authgen's transactions are READ COMMITTED, on every server. The others' are REPEATABLE READ, as MariaDB's\n" +
			"are unless told: it keeps a snapshot, and locks gaps between rows, for which nobody waits with one client.\n\n"
	}
	return ""
}
