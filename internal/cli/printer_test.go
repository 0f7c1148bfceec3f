package cli

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// TestColour checks that colours go to a terminal only, and not there if
// NO_COLOR is set.
func TestColour(t *testing.T) {
	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "xterm")
	if got := NewPalette(&bytes.Buffer{}).Verb("wrote"); got != "wrote" {
		t.Errorf("to a buffer: %q", got)
	}
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no terminal: ", err)
	}
	defer terminal.Close()
	if got := NewPalette(terminal).Verb("wrote"); !strings.HasPrefix(got, "\x1b[32mwrote") {
		t.Errorf("to a terminal: %q", got)
	}
	var out bytes.Buffer
	d := NewDiffer(&out, NewPalette(terminal))
	if _, err := d.Write([]byte("@@ -1 +1 @@\n-a\n+b\n c")); err != nil {
		t.Fatal(err)
	}
	want := "\x1b[36m@@ -1 +1 @@\x1b[0m\n\x1b[31m-a\x1b[0m\n\x1b[32m+b\x1b[0m\n c"
	if out.String() != want {
		t.Errorf("diff: %q, want %q", out.String(), want)
	}
	t.Setenv("NO_COLOR", "1")
	if got := NewPalette(terminal).Verb("wrote"); got != "wrote" {
		t.Errorf("with NO_COLOR: %q", got)
	}
}
