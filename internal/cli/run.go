package cli

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// Exit codes. They let a script tell stale files from an error.
const (
	ExitOK      = 0 // success
	ExitStale   = 1 // something was found that is not as it should be
	ExitTrouble = 2 // an error, which is on stderr
)

// Errors that Run does not print, because the verb has printed everything.
var (
	ErrStale    = errors.New("not everything is as schema.yaml says") // the exit code is ExitStale
	ErrReported = errors.New("reported already")                      // the exit code is ExitTrouble
)

// A located error is one that Locate returned.
type located struct{ error }

func (l located) Unwrap() error { return l.error }

// Locate marks an error whose text begins with a position. Run prints nothing before it,
// so that editors find the position.
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
		// If stdout failed, the user must not take half a diff for a whole one.
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

// prefixed returns the text of an error without a position. Each line gets the name of the
// program, except indented ones.
func prefixed(tool string, err error) string {
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, "\t") {
			lines[i] = tool + ": " + line
		}
	}
	return strings.Join(lines, "\n")
}

// isOnly reports whether an error is target and nothing else.
func isOnly(err, target error) bool {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return errors.Is(err, target)
	}
	return !slices.ContainsFunc(joined.Unwrap(), func(e error) bool { return !errors.Is(e, target) })
}
