// Package testenv says what becomes of tests whose surroundings lack something.
package testenv

import (
	"os"
	"testing"
)

// AllVar is set where no test may go without a server or a program.
const AllVar = "AUTHGEN_TEST_ALL"

// Missing skips a test for want of a server or a program, or fails it where none
// may be skipped for that.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv(AllVar) != "" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}
