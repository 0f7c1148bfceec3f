package report

import (
	"os"
	"path/filepath"
	"testing"
)

// TestReplace checks that a run leaves the sections of others alone.
func TestReplace(t *testing.T) {
	file := filepath.Join(t.TempDir(), "benchmarks.md")
	for _, step := range []struct{ section, text, want string }{
		{GenerationSection, "slow\n", "\n## Generation\n\nslow\n"},
		{SpeedSection, "### Postgres\n\nfast\n", "\n## Speed\n\n### Postgres\n\nfast\n\n## Generation\n\nslow\n"},
		{GenerationSection, "quick", "\n## Speed\n\n### Postgres\n\nfast\n\n## Generation\n\nquick\n"},
		{WebhooksSection, "none", "\n## Speed\n\n### Postgres\n\nfast\n\n## Generation\n\nquick\n\n## Webhooks\n\nnone\n"},
		{SpeedSection, "faster", "\n## Speed\n\nfaster\n\n## Generation\n\nquick\n\n## Webhooks\n\nnone\n"},
	} {
		if err := Replace(file, step.section, step.text); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != head+step.want {
			t.Errorf("got %s", got)
		}
	}
}
