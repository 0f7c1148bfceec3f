// Package cli has what the commands authgen and authgenctl share: their flags, their exit
// codes, and how they print.
package cli

import (
	"fmt"
	"io"
	"strings"
)

// A Printer prints what happened, in as much detail as the flags ask for.
type Printer struct {
	Stdout  *Keeper
	Stderr  io.Writer
	Verbose bool // -v: also what was read and not changed
	Quiet   bool // -q: only errors

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

// Change prints what was done to a file, such as "wrote auth/user.go", unless -q was given.
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

// Warn prints on stderr what the user should look at, unless -q was given.
func (p *Printer) Warn(text string) {
	if !p.Quiet {
		fmt.Fprintln(p.Stderr, p.OnErr.First(p.OnErr.Yellow, text))
	}
}

// Look prints what was read, if -v was given. It prints on stderr, because stdout may go
// to a file.
func (p *Printer) Look(format string, args ...any) {
	if p.Verbose {
		fmt.Fprintf(p.Stderr, format+"\n", args...)
	}
}

// Report prints the problems of a schema on stderr, with their places in colour.
func (p *Printer) Report(text string) {
	for line := range strings.Lines(text) {
		place, message, ok := strings.Cut(line, " ")
		if ok && strings.HasSuffix(place, ":") {
			line = p.OnErr.Cyan.Sprint(place) + " " + message
		}
		fmt.Fprint(p.Stderr, line)
	}
}

// Trouble prints an error on stderr.
func (p *Printer) Trouble(text string) {
	fmt.Fprintln(p.Stderr, p.OnErr.First(p.OnErr.Red, text))
}

// Failure returns the first error in writing to stdout, or nil.
func (p *Printer) Failure() error {
	if p.Stdout.err != nil {
		return fmt.Errorf("cannot write the result: %w", p.Stdout.err)
	}
	return nil
}

// A Keeper is a writer that stops at its first error and keeps it.
type Keeper struct {
	w   io.Writer
	err error
}

// Write writes p, unless an earlier call failed.
func (k *Keeper) Write(p []byte) (int, error) {
	if k.err != nil {
		return 0, k.err
	}
	var n int
	n, k.err = k.w.Write(p)
	return n, k.err
}
