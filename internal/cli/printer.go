// Package cli is what the commands authgen and authgenctl have in common: their flags,
// exit codes and the way in which they print.
package cli

import (
	"fmt"
	"io"
	"strings"
)

// A Printer says what happened, as loudly as the flags ask.
type Printer struct {
	Stdout  *Keeper
	Stderr  io.Writer
	Verbose bool // -v: also what was looked at
	Quiet   bool // -q: nothing but errors

	OnOut, OnErr Palette
}

// NewPrinter returns a printer to these streams, in colours where they are terminals.
func NewPrinter(stdout, stderr io.Writer) *Printer {
	return &Printer{
		Stdout: &Keeper{w: stdout},
		Stderr: stderr,
		OnOut:  NewPalette(stdout),
		OnErr:  NewPalette(stderr),
	}
}

// Change says on stdout that something was done to a file: "wrote auth/user.go".
func (p *Printer) Change(verb, rest string) {
	if !p.Quiet {
		fmt.Fprintf(p.Stdout, "%s %s\n", p.OnOut.Verb(verb), rest)
	}
}

// Say prints text on stdout unless -q was given.
func (p *Printer) Say(text string) {
	if !p.Quiet {
		fmt.Fprintln(p.Stdout, text)
	}
}

// Warn prints on stderr what the user should look at and what stops nothing.
func (p *Printer) Warn(text string) {
	if !p.Quiet {
		fmt.Fprintln(p.Stderr, p.OnErr.First(p.OnErr.Yellow, text))
	}
}

// Look prints on stderr what was looked at, if -v was given: stdout may be
// going to a file.
func (p *Printer) Look(format string, args ...any) {
	if p.Verbose {
		fmt.Fprintf(p.Stderr, format+"\n", args...)
	}
}

// Report prints the problems of a schema, the place of each coloured.
func (p *Printer) Report(text string) {
	for line := range strings.Lines(text) {
		place, message, ok := strings.Cut(line, " ")
		if ok && strings.HasSuffix(place, ":") {
			line = p.OnErr.Cyan.Sprint(place) + " " + message
		}
		fmt.Fprint(p.Stderr, line)
	}
}

// Trouble prints an error.
func (p *Printer) Trouble(text string) {
	fmt.Fprintln(p.Stderr, p.OnErr.First(p.OnErr.Red, text))
}

// Failure returns why stdout does not have everything, or nil.
func (p *Printer) Failure() error {
	if p.Stdout.err != nil {
		return fmt.Errorf("cannot write the result: %w", p.Stdout.err)
	}
	return nil
}

// A Keeper passes text on until that fails, and keeps the error.
type Keeper struct {
	w   io.Writer
	err error
}

// Write passes text on, unless that failed before.
func (k *Keeper) Write(p []byte) (int, error) {
	if k.err != nil {
		return 0, k.err
	}
	var n int
	n, k.err = k.w.Write(p)
	return n, k.err
}
