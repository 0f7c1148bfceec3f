package main

import (
	"strings"
	"testing"
)

// TestRun runs the whole program and looks for what each use case must show.
func TestRun(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{
		"username adalovelace, role user",
		"username adalovelace2, role admin",
		"refused: field email, code blocked_domain",
		"token [redacted], organization set: true",
		`UPDATE "profile" SET "avatar"`,
		"rolled back: user: another row has this email",
		"Left: 1 user, 1 profile, 1 organization",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output lacks %q", want)
		}
	}
	if n := strings.Count(out.String(), "mail to "); n != 2 {
		t.Errorf("%d mails were sent, want 2: none for what was rolled back", n)
	}
	if n := strings.Count(out.String(), `SET "avatar"`); n != 1 {
		t.Errorf("the avatar was written %d times, want once: when the image changed", n)
	}
}
