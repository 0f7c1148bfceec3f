package tools

import (
	"os"
	"strings"
	"testing"
)

// TestVersions checks that code is generated for the library that it is compiled
// with.
func TestVersions(t *testing.T) {
	text, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range All {
		if strings.Contains(string(text), tool.Module+" v") && !strings.Contains(string(text), tool.Module+" "+tool.Version) {
			t.Errorf("go.mod requires another version of %s than %s", tool.Module, tool.Version)
		}
	}
}
