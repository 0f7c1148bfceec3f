//go:build mattn

package conformance

import (
	"errors"

	sqlite "github.com/mattn/go-sqlite3" // go test -tags mattn, with cgo
)

const driverName = "sqlite3"

// poolDSN names a file and what sqlite.New wants of a DSN.
func poolDSN(file string) string {
	return file + "?_foreign_keys=1&_busy_timeout=5000&_journal_mode=WAL"
}

// sqliteCode returns the code of the driver's error in err, or 0.
func sqliteCode(err error) int {
	var reported sqlite.Error
	errors.As(err, &reported)
	return int(reported.ExtendedCode)
}
