package cli

import (
	"bytes"
	"io"
	"os"

	"github.com/fatih/color"
	"github.com/mattn/go-isatty"
)

// A Palette has the colours of one stream, or none.
type Palette struct{ Red, Green, Yellow, Cyan *color.Color }

// NewPalette returns the colours for a terminal, unless NO_COLOR is set.
func NewPalette(w io.Writer) Palette {
	p := Palette{color.New(color.FgRed), color.New(color.FgGreen), color.New(color.FgYellow), color.New(color.FgCyan)}
	f, ok := w.(*os.File)
	coloured := ok && isatty.IsTerminal(f.Fd()) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	for _, c := range []*color.Color{p.Red, p.Green, p.Yellow, p.Cyan} {
		if coloured {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
	}
	return p
}

// Verb colours the first word of a line, which says what was done or found.
func (p Palette) Verb(word string) string {
	switch word {
	case "removed", "orphaned":
		return p.Red.Sprint(word)
	case "stale", "missing":
		return p.Yellow.Sprint(word)
	}
	return p.Green.Sprint(word)
}

// First colours the first line of a text.
func (p Palette) First(c *color.Color, text string) string {
	line, rest, more := bytes.Cut([]byte(text), []byte("\n"))
	if !more {
		return c.Sprint(text)
	}
	return c.Sprint(string(line)) + "\n" + string(rest)
}
