package emit

import (
	"bytes"
	"fmt"
	"go/format"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
)

// render returns the source of a file. An error repeats the whole file, of
// which only the first line says something.
func render(name string, f *jen.File) ([]byte, error) {
	var out bytes.Buffer
	f.NoFormat = true // below, once the imports are in groups
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

// groupImports parts the packages of the standard library from others with a
// blank line, which jennifer does not.
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
