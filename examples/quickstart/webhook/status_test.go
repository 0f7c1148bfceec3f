//go:build unix

package webhook_test

import (
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A desk is where somebody looks at "authgenctl outbox status" all the while.
type desk struct {
	t       *testing.T
	command string
	dsn     string
}

// await looks until the row of the receiver is as wanted, and returns it.
func (d desk) await(what string, wanted func(status) bool) (s status) {
	d.t.Helper()
	var printed string
	d.t.Cleanup(func() {
		if d.t.Failed() {
			d.t.Logf("%s:\n%s", what, printed)
		}
	})
	await(d.t, what, func() bool {
		printed = d.run("status")
		s = parse(printed)
		return s != nil && wanted(s)
	})
	return s
}

// run runs a verb of "authgenctl outbox" and returns what it prints.
func (d desk) run(args ...string) string {
	d.t.Helper()
	out, err := exec.Command(d.command, append([]string{"outbox", "--dsn", d.dsn}, args...)...).CombinedOutput()
	if err != nil {
		d.t.Fatalf("authgenctl outbox %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}

// A status is the row of the receiver, by column.
type status map[string]string

// parse finds the row in what the command prints; nil: there is none.
func parse(printed string) status {
	_, table, _ := strings.Cut(printed, "\nENDPOINT ")
	head, rest, _ := strings.Cut(table, "\n")
	line, _, _ := strings.Cut(rest, "\n")
	names, values := strings.Fields(head), strings.Fields(line)
	if len(values) != len(names)+1 || values[0] != "receiver" {
		return nil
	}
	s := status{}
	for i, name := range names {
		s[name] = values[i+1]
	}
	return s
}

// number returns the count in a column.
func (s status) number(column string) int {
	n, err := strconv.Atoi(s[column])
	if err != nil {
		return -1
	}
	return n
}

var (
	count = regexp.MustCompile(`^[0-9]+$`)
	age   = regexp.MustCompile(`^[0-9]+[smhd]$`)
)

// shape returns what a value is, if not the value itself is of interest.
func shape(value string) string {
	switch {
	case count.MatchString(value):
		return "a count"
	case age.MatchString(value):
		return "an age"
	}
	return value
}
