package emit

import (
	"bytes"
	"fmt"
	"go/format"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
)

// render returns the source of a file. An error of jennifer repeats the whole file, so
// render keeps only its first line.
func render(name string, f *jen.File) ([]byte, error) {
	var out bytes.Buffer
	f.NoFormat = true // render formats the file below, when the imports are in groups
	err := f.Render(&out)
	if err == nil {
		var src []byte
		if src, err = format.Source(groupImports(out.Bytes())); err == nil {
			return src, nil
		}
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return nil, fmt.Errorf("write %s: %s; this is a fault of authgen", name, first)
}

// groupImports separates the packages of the standard library from others with a
// blank line, because jennifer does not.
func groupImports(src []byte) []byte {
	open, end := []byte("\nimport (\n"), []byte("\n)\n")
	start := bytes.Index(src, open)
	if start < 0 {
		return src
	}
	start += len(open)
	length := bytes.Index(src[start:], end)
	var standard, others []string
	for line := range strings.SplitSeq(string(src[start:start+length]), "\n") {
		if _, path, _ := strings.Cut(line, `"`); strings.Contains(strings.Split(path, "/")[0], ".") {
			others = append(others, line)
		} else {
			standard = append(standard, line)
		}
	}
	groups := strings.Join(append(append(standard, ""), others...), "\n")
	return slices.Concat(src[:start], []byte(groups), src[start+length:])
}
