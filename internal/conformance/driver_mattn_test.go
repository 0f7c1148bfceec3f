//go:build mattn

package conformance

import (
	"errors"
	"net/url"
	"strings"

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

// pragma returns the parameter of a DSN that sets a pragma. Some pragmas have no parameter.
func pragma(s setting) string { return "_" + s.name + "=" + url.QueryEscape(s.value) }

// withPragma is poolDSN with a pragma in front, because the driver takes the first.
func withPragma(file string, s setting) string {
	return strings.Replace(poolDSN(file), "?", "?"+pragma(s)+"&", 1)
}
