package main

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/module"

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

// The directive is no line of its own here, or go generate would follow it.
const genText = "package %s\n\n" +
	"// From %[2]s come the generated package and stubs of missing triggers:\n" +
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

// quoteArg returns an argument as a go:generate line takes it.
func quoteArg(arg string) string {
	if plainArg.MatchString(arg) {
		return arg
	}
	return fmt.Sprintf("%q", arg)
}

// ownPackage returns the package that gen.go is to be of: that of the Go files
// beside the schema, or one named after the module or folder.
func (p *project) ownPackage(mod *goModule) (string, error) {
	files, err := p.goFiles(p.schema, noFile)
	if err != nil {
		return "", err
	}
	external := ""
	for _, name := range slices.Sorted(maps.Keys(files)) {
		pkg := packageOf(files[name])
		switch {
		case pkg == "":
		case strings.HasSuffix(name, "_test.go"):
			external = strings.TrimSuffix(pkg, "_test")
		default:
			return pkg, nil
		}
	}
	if external != "" {
		return external, nil
	}
	if p.schema != mod.dir {
		return packageName(filepath.Base(p.schema), "app"), nil
	}
	prefix, _, _ := module.SplitPathVersion(mod.path)
	return packageName(path.Base(prefix), "app"), nil
}
