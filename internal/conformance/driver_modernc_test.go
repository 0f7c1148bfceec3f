//go:build !mattn

package conformance

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

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

// pragma returns the parameter of a DSN that sets a pragma.
func pragma(s setting) string {
	return "_pragma=" + url.QueryEscape(fmt.Sprintf("%s(%s)", s.name, s.value))
}

// withPragma is poolDSN with a pragma, in place of the one that it has of that
// name.
func withPragma(file string, s setting) string {
	params := strings.Split(poolDSN(file), "&")
	params = slices.DeleteFunc(params, func(p string) bool { return strings.HasPrefix(p, "_pragma="+s.name+"(") })
	return strings.Replace(strings.Join(params, "&"), "?_pragma="+s.name+"(1)", "?", 1) + "&" + pragma(s)
}
