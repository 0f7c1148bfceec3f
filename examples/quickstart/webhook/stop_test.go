//go:build unix

// Package webhook_test tries the two programs as docs/webhooks.md tells people to.
package webhook_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestReceiverStops stops the receiver, politely and not, while people sign up:
// they notice nothing, the backlog can be watched, and when the receiver is back
// it is told of everything, of each thing once, and of each document in order.
func TestReceiverStops(t *testing.T) {
	programs := build(t)
	for signal, again := range map[syscall.Signal]string{
		syscall.SIGTERM: "10h", // until somebody has it sent again
		syscall.SIGKILL: "500ms",
	} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			testStop(t, programs, signal, again)
		})
	}
}

func testStop(t *testing.T, programs string, signal syscall.Signal, again string) {
	dir, address := t.TempDir(), freeAddress(t)
	users, news := filepath.Join(dir, "signup.db"), filepath.Join(dir, "receiver.db")
	receive := []string{filepath.Join(programs, "receiver"), "-address", address, "-db", news}
	first := start(t, receive...)
	await(t, "the receiver listens", func() bool { return strings.Contains(first.printed(), "receiving on "+address) })
	signup := start(t, filepath.Join(programs, "signup"), "-to", address, "-db", users, "-every", "200ms", "-again", again)
	desk := desk{t: t, command: filepath.Join(programs, "authgenctl"), dsn: users}
	await(t, "the first users sign up", func() bool { return signup.count(" signed up, in ") >= 3 })
	desk.await("all of it has arrived", func(s status) bool {
		return s.number("DELIVERED") >= 9 && s.number("PENDING")+s.number("LEASED") == 0 && s["STATE"] == "ok"
	})

	first.stop(signal)
	before := signup.count(" signed up, in ")
	down := desk.await("events wait for another attempt", func(s status) bool {
		return s.number("RETRYING") > 0 && s["OLDEST"] != "-" && s["FAILURE"] != "-" && s["STATE"] == "failing"
	})
	desk.await("the backlog grows", func(s status) bool {
		return s.number("PENDING") >= down.number("PENDING")+12 && s.number("RETRYING") > down.number("RETRYING")
	})
	if signup.count(" signed up, in ") == before {
		t.Error("nobody signs up while the receiver is down")
	}

	second := start(t, receive...)
	if again == "10h" {
		await(t, "the receiver listens again", func() bool { return strings.Contains(second.printed(), "receiving on "+address) })
		desk.run("replay", "--state", "pending")
	}
	up := desk.await("what was missed arrives", func(s status) bool {
		return s.number("PENDING")+s.number("LEASED") == 0 && s.number("DELIVERED") > down.number("DELIVERED") && s["STATE"] == "ok"
	})
	signup.stop(syscall.SIGTERM)
	second.stop(syscall.SIGTERM)

	told := read(t, news, "SELECT event, document, sequence FROM news ORDER BY rowid")
	checkNews(t, told, read(t, users, "SELECT event_id, document_id, sequence FROM authgen_delivery WHERE state = 'delivered'"))
	if len(told) < up.number("DELIVERED") {
		t.Errorf("told of %d events, %d were delivered", len(told), up.number("DELIVERED"))
	}
	// Only a kill just behind the print can make a line come twice.
	if lines := first.count(".created ") + first.count(".updated ") + second.count(".created ") + second.count(".updated "); lines < len(told) || lines > len(told) && signal != syscall.SIGKILL {
		t.Errorf("%d lines tell of %d events\n%s%s", lines, len(told), first.printed(), second.printed())
	}
	checkSamples(t, down)
}

// checkNews checks that the receiver was told of what was delivered, of each once,
// in the order of each document.
func checkNews(t *testing.T, told, delivered []event) {
	t.Helper()
	last := map[string]int64{}
	for _, e := range told {
		if e.sequence <= last[e.document] {
			t.Errorf("event %d of document %s came behind event %d", e.sequence, e.document, last[e.document])
		}
		last[e.document] = e.sequence
	}
	byID := func(a, b event) int { return strings.Compare(a.id, b.id) }
	slices.SortFunc(told, byID)
	slices.SortFunc(delivered, byID)
	if !slices.Equal(told, delivered) {
		t.Errorf("the receiver was told of %d events\n%v\nand %d were delivered\n%v", len(told), told, len(delivered), delivered)
	}
}

// checkSamples compares the tables in the documents, as far as they are not ages
// and counts, with one that was printed.
func checkSamples(t *testing.T, printed status) {
	t.Helper()
	for _, name := range []string{"README.md", "docs/webhooks.md"} {
		src, err := os.ReadFile(filepath.Join("../../..", name))
		if err != nil {
			t.Fatal(err)
		}
		sample := parse(string(src))
		if sample == nil {
			t.Errorf("%s shows no status", name)
		}
		for column, value := range printed {
			if shape(sample[column]) != shape(value) || len(sample) != len(printed) {
				t.Errorf("%s: column %s shows %q, the command prints %q", name, column, sample[column], value)
			}
		}
	}
}

// await polls until something is so.
func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within a minute: %s", what)
		}
	}
}
