package report

import (
	"strings"
	"testing"
)

// TestWebhooks checks that the figures of a line of the benchmark get to their places.
func TestWebhooks(t *testing.T) {
	const output = "goos: linux\nBenchmarkSignUp/sqlite/rush-2 \t 50\t 123 ns/op\t 80.4 event-p50-µs\t 1.37 event/none-mean\t 1.33 event/none-p50\t" +
		" 2.90 event/none-p99\t 2.63 five/event-mean\t 1.27 five/event-p50\t 2.50 five/event-p99\t 2.09 hanging/event-mean\t 1.14 hanging/event-p50\t 2.20 hanging/event-p99\nPASS\n"
	var text strings.Builder
	Webhooks(&text, nil, output)
	const want = "|---|---|---|---|\n" +
		"| SQLite file, rush: event / no event | 1.37 | 1.33 | 2.9 |\n" +
		"| … five endpoints / event alone (p50 80 µs) | 2.63 | 1.27 | 2.5 |\n" +
		"| … five that hang / event alone | 2.09 | 1.14 | 2.2 |\n\n"
	if !strings.Contains(text.String(), want) {
		t.Errorf("got %s", text.String())
	}
}
