package main

import (
	"database/sql"
	"flag"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/authgen/authgen/gen"
	"github.com/authgen/authgen/gen/schema"
	"github.com/authgen/authgen/internal/scenario"
)

var update = flag.Bool("update", false, "rewrite the expectations of the scenarios")

// TestMain makes the test binary the tool when a scenario calls it by name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"authgenctl": main})
}

// TestScenarios runs testdata/scenario/*.txtar. Besides testscript's own commands
// there are:
//
//	exits CODE PROGRAM ARG...  runs a program that must end with this exit code
//	ddl FILE                   writes the SQL of schema.yaml for SQLite
//	sqlite FILE SCRIPT...      runs scripts on a SQLite file, which it makes
func TestScenarios(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/scenario",
		UpdateScripts:      *update,
		RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, "NO_COLOR=", "TERM=xterm")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":  scenario.Exits,
			"ddl":    ddl,
			"sqlite": runSQLite,
		},
	})
}

// ddl writes the SQL of schema.yaml for SQLite.
func ddl(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: ddl FILE")
	}
	text, err := os.ReadFile(ts.MkAbs("schema.yaml"))
	ts.Check(err)
	m, problems := gen.Load("schema.yaml", text)
	if len(problems) > 0 {
		ts.Fatalf("%s", schema.Report("schema.yaml", problems))
	}
	for _, s := range m.Scripts {
		if s.Dialect == schema.SQLite {
			ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(s.Text()), 0o644))
		}
	}
}

// runSQLite runs scripts on a SQLite file.
func runSQLite(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: sqlite FILE SCRIPT...")
	}
	pool, err := sql.Open("sqlite", fileURL(ts.MkAbs(args[0])))
	ts.Check(err)
	for _, script := range args[1:] {
		text, err := os.ReadFile(ts.MkAbs(script))
		ts.Check(err)
		_, err = pool.Exec(string(text))
		ts.Check(err)
	}
	ts.Check(pool.Close())
}
