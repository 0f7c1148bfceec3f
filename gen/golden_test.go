package gen

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden compares what is generated for the schemas under testdata/golden
// with the files beside them.
func TestGolden(t *testing.T) {
	for _, name := range []string{"sample", "nasty"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join("..", "testdata", "golden", name)
			src, err := os.ReadFile(filepath.Join(dir, "schema.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			got := map[string][]byte{}
			for path, data := range generate(t, "schema.yaml", src) {
				got[path+".golden"] = data // no .go files, so that no tool takes them for a package
			}
			if *update {
				if err := os.RemoveAll(filepath.Join(dir, "auth")); err != nil {
					t.Fatal(err)
				}
				write(t, dir, got)
			}
			compare(t, dir, got)
		})
	}
}

// compare reports files that differ, are missing or are too many.
func compare(t *testing.T, dir string, got map[string][]byte) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".golden") {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		want, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if have, ok := got[name]; !ok {
			t.Errorf("%s is no longer generated; run go test ./gen -run Golden -update", name)
		} else if !bytes.Equal(have, want) {
			t.Errorf("%s differs (-want +got); run go test ./gen -run Golden -update:\n%s", name, cmp.Diff(string(want), string(have)))
		}
		delete(got, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range got {
		t.Errorf("%s has no golden file; run go test ./gen -run Golden -update", name)
	}
}
