//go:build mattn

package conformance

import _ "github.com/mattn/go-sqlite3" // go test -tags mattn, with cgo

const driverName = "sqlite3"

// poolDSN names a file and what sqlite.New wants of a DSN.
func poolDSN(file string) string {
	return file + "?_foreign_keys=1&_busy_timeout=5000&_journal_mode=WAL"
}
