package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/fatih/color"
	"github.com/mattn/go-isatty"
)

// A printer says what happened, as loudly as the flags ask.
type printer struct {
	stdout  *keeper
	stderr  io.Writer
	verbose bool // -v: also what was looked at
	quiet   bool // -q: nothing but errors

	onOut, onErr palette
}

func newPrinter(stdout, stderr io.Writer) *printer {
	return &printer{
		stdout: &keeper{w: stdout},
		stderr: stderr,
		onOut:  newPalette(stdout),
		onErr:  newPalette(stderr),
	}
}

// change says on stdout that something was done to a file: "wrote auth/user.go".
func (p *printer) change(verb, rest string) {
	if !p.quiet {
		fmt.Fprintf(p.stdout, "%s %s\n", p.onOut.verb(verb), rest)
	}
}

// say prints text on stdout unless -q was given.
func (p *printer) say(text string) {
	if !p.quiet {
		fmt.Fprintln(p.stdout, text)
	}
}

// warn prints on stderr what the user should look at and what stops nothing.
func (p *printer) warn(text string) {
	if !p.quiet {
		fmt.Fprintln(p.stderr, p.onErr.first(p.onErr.yellow, text))
	}
}

// look prints on stderr what was looked at, if -v was given: stdout may be
// going to a file.
func (p *printer) look(format string, args ...any) {
	if p.verbose {
		fmt.Fprintf(p.stderr, format+"\n", args...)
	}
}

// report prints the problems of a schema, the place of each coloured.
func (p *printer) report(text string) {
	for line := range strings.Lines(text) {
		place, message, ok := strings.Cut(line, " ")
		if ok && strings.HasSuffix(place, ":") {
			line = p.onErr.cyan.Sprint(place) + " " + message
		}
		fmt.Fprint(p.stderr, line)
	}
}

// trouble prints an error.
func (p *printer) trouble(text string) {
	fmt.Fprintln(p.stderr, p.onErr.first(p.onErr.red, text))
}

// failure returns why stdout does not have everything, or nil.
func (p *printer) failure() error {
	if p.stdout.err != nil {
		return fmt.Errorf("cannot write the result: %w", p.stdout.err)
	}
	return nil
}

// A keeper passes text on until that fails, and keeps the error.
type keeper struct {
	w   io.Writer
	err error
}

func (k *keeper) Write(p []byte) (int, error) {
	if k.err != nil {
		return 0, k.err
	}
	var n int
	n, k.err = k.w.Write(p)
	return n, k.err
}

// A palette has the colours of one stream, or none.
type palette struct{ red, green, yellow, cyan *color.Color }

// newPalette returns colours for a terminal, unless NO_COLOR is set.
func newPalette(w io.Writer) palette {
	p := palette{color.New(color.FgRed), color.New(color.FgGreen), color.New(color.FgYellow), color.New(color.FgCyan)}
	f, ok := w.(*os.File)
	coloured := ok && isatty.IsTerminal(f.Fd()) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	for _, c := range []*color.Color{p.red, p.green, p.yellow, p.cyan} {
		if coloured {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
	}
	return p
}

// verb colours the word that says what was done or found.
func (p palette) verb(word string) string {
	switch word {
	case "removed", "orphaned":
		return p.red.Sprint(word)
	case "stale", "missing":
		return p.yellow.Sprint(word)
	}
	return p.green.Sprint(word)
}

// first colours the first line of a text.
func (p palette) first(c *color.Color, text string) string {
	line, rest, more := bytes.Cut([]byte(text), []byte("\n"))
	if !more {
		return c.Sprint(text)
	}
	return c.Sprint(string(line)) + "\n" + string(rest)
}

// A differ colours the lines of a unified diff.
type differ struct {
	to  io.Writer
	own palette
}

func (d differ) Write(text []byte) (int, error) {
	for line := range bytes.Lines(text) {
		if _, err := d.to.Write([]byte(d.colour(line))); err != nil {
			return 0, err
		}
	}
	return len(text), nil
}

// colour returns one line with the colour of its kind.
func (d differ) colour(line []byte) string {
	text, end := string(line), ""
	if bytes.HasSuffix(line, []byte("\n")) {
		text, end = text[:len(text)-1], "\n"
	}
	switch {
	case bytes.HasPrefix(line, []byte("@@")):
		return d.own.cyan.Sprint(text) + end
	case bytes.HasPrefix(line, []byte("+")):
		return d.own.green.Sprint(text) + end
	case bytes.HasPrefix(line, []byte("-")):
		return d.own.red.Sprint(text) + end
	}
	return text + end
}
