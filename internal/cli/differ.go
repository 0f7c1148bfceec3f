package cli

import (
	"bytes"
	"io"
)

// NewDiffer returns a writer that colours the lines of a unified diff.
func NewDiffer(to io.Writer, own Palette) io.Writer { return differ{to, own} }

// A differ is the writer that NewDiffer returns.
type differ struct {
	to  io.Writer
	own Palette
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
		return d.own.Cyan.Sprint(text) + end
	case bytes.HasPrefix(line, []byte("+")):
		return d.own.Green.Sprint(text) + end
	case bytes.HasPrefix(line, []byte("-")):
		return d.own.Red.Sprint(text) + end
	}
	return text + end
}
