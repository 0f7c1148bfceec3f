package main

import (
	"errors"
	"io"
	"strings"
)

// Exit codes. That check and diff tell stale from trouble lets a script do so.
const (
	exitOK      = 0
	exitStale   = 1
	exitTrouble = 2
)

// Errors that were printed where they arose.
var (
	errStale    = errors.New("not everything is as schema.yaml wants it")
	errReported = errors.New("reported already")
)

// A located error begins with the position it is about, so that editors and
// people find it; nothing is printed before it.
type located struct{ error }

func (l located) Unwrap() error { return l.error }

// run executes one command line and returns its exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	out := newPrinter(stdout, stderr)
	root := newRoot(out)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(out.stdout)
	root.SetErr(stderr)
	err := root.Execute()
	if err == nil || errors.Is(err, errStale) {
		// Whoever reads half a diff must not take it for a whole one.
		err = errors.Join(err, out.failure())
	}
	var at located
	switch {
	case err == nil:
		return exitOK
	case isOnly(err, errStale):
		return exitStale
	case errors.Is(err, errReported):
	case errors.As(err, &at):
		out.trouble(at.Error())
	default:
		out.trouble(prefixed(err))
	}
	return exitTrouble
}

// prefixed returns an error that has no position, each of its lines with the
// name of the program but for those that are set in.
func prefixed(err error) string {
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, "\t") {
			lines[i] = "authgen: " + line
		}
	}
	return strings.Join(lines, "\n")
}
