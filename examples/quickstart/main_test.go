package main

import (
	"os"
	"strings"
	"testing"

	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/internal/testenv"
)

// TestRun runs the whole program, on each database there is, and looks for what
// each use case must show.
func TestRun(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { testRun(t, "") })
	for _, variable := range []string{testdb.PostgresVar, testdb.MySQLVar} {
		t.Run(variable, func(t *testing.T) {
			server := os.Getenv(variable)
			if server == "" {
				testenv.Missing(t, "%s is not set", variable)
			}
			testRun(t, server)
		})
	}
}

func testRun(t *testing.T, server string) {
	var out strings.Builder
	if err := run(t.Context(), &out, server); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	told := strings.ReplaceAll(out.String(), "`", `"`) // MySQL quotes names so
	for _, want := range []string{
		"username adalovelace, role user",
		"username adalovelace2, role admin",
		"refused: field email, code blocked_domain",
		"token [redacted], organization set: true",
		`UPDATE "profile" SET "avatar"`,
		"rolled back: user: another row has this email",
		"Left: 1 user, 1 profile, 1 organization",
	} {
		if !strings.Contains(told, want) {
			t.Errorf("the output lacks %q", want)
		}
	}
	if n := strings.Count(told, "mail to "); n != 2 {
		t.Errorf("%d mails were sent, want 2: none for what was rolled back", n)
	}
	if n := strings.Count(told, `SET "avatar"`); n != 1 {
		t.Errorf("the avatar was written %d times, want once: when the image changed", n)
	}
}
