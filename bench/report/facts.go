package report

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/authgen/authgen/bench/contest"
)

// A Fact is something that a figure depends on.
type Fact struct{ Name, Value string }

// Facts returns what is known of this machine and this program.
func Facts() []Fact {
	return []Fact{
		{"date", time.Now().UTC().Format(time.DateOnly)},
		{"machine", fmt.Sprintf("%s, %d cores, %s/%s, %s", processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())},
		{"authgen", revision()},
		{"drivers", drivers()},
	}
}

// writeFacts writes a list of them.
func writeFacts(w io.Writer, facts []Fact) {
	for _, f := range facts {
		fmt.Fprintf(w, "- %s: %s\n", f.Name, f.Value)
	}
}

// processor returns the model of the processor, where the system tells.
func processor() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "a processor"
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "a processor"
}

// revision returns the commit that the repository is at.
func revision() string {
	out, err := exec.Command("git", "describe", "--always", "--dirty=, with changes").Output()
	if err != nil {
		return "of no known commit"
	}
	return "commit " + strings.TrimSpace(string(out))
}

// drivers returns the versions of the database drivers, the same for everybody.
func drivers() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "of no known version"
	}
	var list []string
	for _, m := range info.Deps {
		switch m.Path {
		case "modernc.org/sqlite", "github.com/jackc/pgx/v5", "github.com/go-sql-driver/mysql":
			list = append(list, m.Path+" "+m.Version)
		}
	}
	return strings.Join(list, ", ")
}

// DatabaseFact returns the version and the settings of a database.
func DatabaseFact(ctx context.Context, place contest.Place) (Fact, error) {
	db, err := place.Pool()
	if err != nil {
		return Fact{}, err
	}
	defer db.Close()
	switch place.Kind {
	case contest.Postgres:
		version, err := ask(ctx, db, "SELECT split_part(version(), ' (', 1)")
		commit, err2 := ask(ctx, db, "SHOW synchronous_commit")
		return Fact{"Postgres", version + ", synchronous_commit " + commit}, first(err, err2)
	case contest.MariaDB:
		version, err := ask(ctx, db, "SELECT version()")
		flush, err2 := ask(ctx, db, "SELECT @@innodb_flush_log_at_trx_commit")
		return Fact{"MariaDB", version + ", innodb_flush_log_at_trx_commit " + flush}, first(err, err2)
	}
	version, err := ask(ctx, db, "SELECT sqlite_version()")
	journal, err2 := ask(ctx, db, "PRAGMA journal_mode")
	return Fact{string(place.Kind), fmt.Sprintf("SQLite %s, journal_mode %s, synchronous normal", version, journal)}, first(err, err2)
}

func ask(ctx context.Context, db *sql.DB, query string) (answer string, err error) {
	err = db.QueryRowContext(ctx, query).Scan(&answer)
	return answer, err
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
