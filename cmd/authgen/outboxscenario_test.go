package main

import (
	"database/sql"
	"os"

	"github.com/rogpeppe/go-internal/testscript"
)

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
