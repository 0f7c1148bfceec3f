package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMutants(t *testing.T) {
	dir := t.TempDir()
	src := "package p\n\nfunc f(a, b int, c bool) bool {\n\ta++\n\tif a < b && !c {\n\t\treturn true\n\t}\n\treturn a+1 == b\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "p.go"), []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := mutantsOf(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range list {
		_, before, after, err := m.source()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, before+" → "+after)
	}
	want := []string{
		"a++ → a--", "if a < b && !c { → if a < b || !c {", "if a < b && !c { → if a <= b && !c {", "if a < b && !c { → if a < b && c {",
		"return true → return false", "return a+1 == b → return a+1 != b", "return a+1 == b → return a-1 == b",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
