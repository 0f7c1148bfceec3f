package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/authgen/authgen/internal/cli"
	"github.com/authgen/authgen/templates"
)

// starter returns the first schema.yaml, with these presets.
func starter(presets []string) []byte {
	var lines [][]byte
	for line := range bytes.Lines(templates.Starter) {
		if bytes.HasPrefix(line, []byte("use:")) {
			line = []byte("use: [" + strings.Join(presets, ", ") + "]\n")
		}
		lines = append(lines, line)
	}
	return bytes.Join(lines, nil)
}

// The directive is in the middle of a line here, because go generate would run it
// otherwise.
const genText = "package %s\n\n" +
	"// This makes the generated package from %[2]s, and adds stubs of missing triggers:\n" +
	"//\n" +
	"//go:generate go tool authgen%s\n"

// genFile returns gen.go.
func genFile(pkg, file string) []byte {
	flag := ""
	if file != cli.DefaultFile {
		flag = " -f " + quoteArg(file)
	}
	return fmt.Appendf(nil, genText, pkg, file, flag)
}

var plainArg = regexp.MustCompile(`^[A-Za-z0-9_./-]+$`)

// quoteArg returns an argument as it must be written in a go:generate line.
func quoteArg(arg string) string {
	if plainArg.MatchString(arg) {
		return arg
	}
	return fmt.Sprintf("%q", arg)
}
