package cli

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// Exit codes. That check and diff tell stale from trouble lets a script do so.
const (
	ExitOK      = 0 // all is well
	ExitStale   = 1 // something was found that is not as it should be
	ExitTrouble = 2 // trouble, of which stderr has the reason
)

// Errors that were printed where they arose.
var (
	ErrStale    = errors.New("not everything is as schema.yaml wants it") // the exit code is ExitStale
	ErrReported = errors.New("reported already")                          // it is ExitTrouble
)

// A located error begins with the position that it is about.
type located struct{ error }

func (l located) Unwrap() error { return l.error }

// Locate returns an error that begins with the position it is about, so that editors
// and people find it: nothing is printed before it.
func Locate(err error) error { return located{err} }

// Run executes one command line of the tool whose root newRoot returns, and returns
// its exit code.
func Run(newRoot func(*Options) *cobra.Command, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	out := NewPrinter(stdout, stderr)
	root := newRoot(&Options{Out: out})
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(out.Stdout)
	root.SetErr(stderr)
	err := root.Execute()
	if err == nil || errors.Is(err, ErrStale) {
		// Whoever reads half a diff must not take it for a whole one.
		err = errors.Join(err, out.Failure())
	}
	var at located
	switch {
	case err == nil:
		return ExitOK
	case isOnly(err, ErrStale):
		return ExitStale
	case errors.Is(err, ErrReported):
	case errors.As(err, &at):
		out.Trouble(at.Error())
	default:
		out.Trouble(prefixed(root.Name(), err))
	}
	return ExitTrouble
}

// prefixed returns an error that has no position, each of its lines with the
// name of the program but for those that are set in.
func prefixed(tool string, err error) string {
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, "\t") {
			lines[i] = tool + ": " + line
		}
	}
	return strings.Join(lines, "\n")
}

// isOnly reports whether an error is target and nothing besides.
func isOnly(err, target error) bool {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return errors.Is(err, target)
	}
	return !slices.ContainsFunc(joined.Unwrap(), func(e error) bool { return !errors.Is(e, target) })
}
