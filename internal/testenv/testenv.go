// Package testenv decides what happens to tests that need a missing server or program.
package testenv

import (
	"os"
	"testing"
)

// AllVar is a variable of the environment. If it is set, a missing server or program fails
// its tests.
const AllVar = "AUTHGEN_TEST_ALL"

// Missing skips a test because a server or a program is missing. With AllVar it fails the
// test instead.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv(AllVar) != "" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}
