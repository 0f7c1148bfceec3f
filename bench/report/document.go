package report

import (
	"errors"
	"io/fs"
	"os"
	"strings"
)

// The sections of the document.
const (
	SpeedSection      = "Speed"
	GenerationSection = "Generation"
	WebhooksSection   = "Webhooks"
)

// head is what the document begins with.
const head = `# Benchmarks

Written by ` + "`go run -C bench . -document`" + `; [bench/README.md](../bench/README.md) says how they measure.
`

// Replace puts text in the place of a section of the document in a file, and
// leaves the other sections alone.
func Replace(file, section, text string) error {
	old, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	sections := map[string]string{}
	for part := range strings.SplitSeq("\n"+string(old), "\n## ") {
		title, body, _ := strings.Cut(part, "\n")
		sections[title] = strings.TrimSpace(body)
	}
	sections[section] = strings.TrimSpace(text)
	document := head
	for _, title := range []string{SpeedSection, GenerationSection, WebhooksSection} {
		if body := sections[title]; body != "" {
			document += "\n## " + title + "\n\n" + body + "\n"
		}
	}
	return os.WriteFile(file, []byte(document), 0o666)
}
