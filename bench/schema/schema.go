// Package schema holds the tables of the benchmark, which the peers are
// generated from. The tables of authgen are its own.
package schema

import _ "embed"

// The statements that create the tables, separated by blank lines.
var (
	//go:embed sqlite.sql
	SQLite string
	//go:embed postgres.sql
	Postgres string
	//go:embed mysql.sql
	MySQL string
)
