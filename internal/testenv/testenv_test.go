package testenv_test

import (
	"fmt"
	"testing"

	"github.com/authgen/authgen/internal/testenv"
)

// A told test says what became of it.
type told struct {
	testing.TB
	skipped, failed string
}

func (t *told) Helper() {}

func (t *told) Skipf(format string, args ...any) { t.skipped = fmt.Sprintf(format, args...) }

func (t *told) Fatalf(format string, args ...any) { t.failed = fmt.Sprintf(format, args...); panic(t) }

func TestMissing(t *testing.T) {
	t.Setenv(testenv.AllVar, "")
	some := &told{}
	testenv.Missing(some, "there is no %s here", "server")
	if some.skipped != "there is no server here" || some.failed != "" {
		t.Errorf("without %s: skipped %q, failed %q", testenv.AllVar, some.skipped, some.failed)
	}
	t.Setenv(testenv.AllVar, "1")
	all := &told{}
	func() {
		defer func() { _ = recover() }() // Fatalf ends a test
		testenv.Missing(all, "there is no %s here", "server")
	}()
	if all.failed != "there is no server here" || all.skipped != "" {
		t.Errorf("with %s: skipped %q, failed %q", testenv.AllVar, all.skipped, all.failed)
	}
}
