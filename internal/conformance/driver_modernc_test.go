//go:build !mattn

package conformance

import (
	"errors"

	"modernc.org/sqlite" // the default driver, without cgo
)

const driverName = "sqlite"

// poolDSN names a file and what sqlite.New wants of a DSN.
func poolDSN(file string) string {
	return file + "?_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)"
}

// sqliteCode returns the code of the driver's error in err, or 0.
func sqliteCode(err error) int {
	var reported *sqlite.Error
	if !errors.As(err, &reported) {
		return 0
	}
	return reported.Code()
}
