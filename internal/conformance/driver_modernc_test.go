//go:build !mattn

package conformance

import _ "modernc.org/sqlite" // the default driver, without cgo

const driverName = "sqlite"

// poolDSN names a file and what sqlite.New wants of a DSN.
func poolDSN(file string) string {
	return file + "?_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)"
}
