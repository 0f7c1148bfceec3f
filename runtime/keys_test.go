package runtime

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/authgen/authgen/dialect"
)

// TestKeyList holds that a list gives what it was given, in batches, past what
// is held in memory too, and leaves nothing behind.
func TestKeyList(t *testing.T) {
	texts := func(i int) any { return fmt.Sprintf("%d \x00\xff é %s", i, "0123456789abcdef") }
	numbers := func(i int) any { return int64(i)<<40 - 7 }
	for _, c := range []struct {
		name   string
		serial bool
		id     func(i int) any
		n      int
	}{
		{"none", false, texts, 0},
		{"one", false, texts, 1},
		{"a batch", false, texts, batchSize},
		{"texts past what is held", false, texts, 100_001},
		{"numbers past what is held", true, numbers, 400_001},
	} {
		for _, place := range []string{t.TempDir(), "/nowhere"} {
			t.Run(c.name+" in "+place, func(t *testing.T) {
				t.Setenv("TMPDIR", place)
				k := &keyList{table: &dialect.Table{Key: "t", Serial: c.serial}}
				for i := range c.n {
					if err := k.add(c.id(i)); err != nil {
						t.Fatal(err)
					}
				}
				if held := len(k.buf); place != "/nowhere" && held > keysHeld {
					t.Errorf("%d bytes are held", held)
				}
				for i := 0; ; {
					ids, err := k.next()
					if err != nil {
						t.Fatal(err)
					}
					if len(ids) == 0 {
						if i != c.n {
							t.Errorf("%d ids of %d", i, c.n)
						}
						break
					}
					want := make([]any, len(ids))
					for j := range want {
						want[j] = c.id(i + j)
					}
					if !slices.Equal(ids, want) {
						t.Fatalf("from %d on: %q", i, ids)
					}
					i += len(ids)
				}
				if err := k.close(); err != nil {
					t.Error(err)
				}
				if left, _ := os.ReadDir(place); len(left) > 0 {
					t.Errorf("left behind: %v", left)
				}
			})
		}
	}
}
