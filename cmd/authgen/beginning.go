package main

import (
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/authgen/authgen/gen/output"
	"github.com/authgen/authgen/internal/cli"
)

// A beginning is a project that has no files yet, and its module.
type beginning struct {
	*project
	mod *goModule
}

// addFirst adds the files that init writes once and that belong to the user afterwards.
func (b beginning) addFirst(w *wanted, text []byte) error {
	pkg, err := b.ownPackage()
	if err != nil {
		return err
	}
	w.set.Files[b.rel(filepath.Join(b.schema, filepath.Base(b.File)))] = output.File{Kind: output.User, Data: text}
	w.set.Files[b.rel(filepath.Join(b.schema, "gen.go"))] = output.File{Kind: output.User, Data: genFile(pkg, filepath.Base(b.File))}
	w.set.Files[b.rel(filepath.Join(b.schema, jsonName))] = jsonFile()
	return nil
}

// nothingInTheWay refuses to go on if a file exists that init would write. A trigger
// package may exist, because stubs are only added to it.
func (b beginning) nothingInTheWay(w *wanted) error {
	var found []string
	for _, name := range slices.Sorted(maps.Keys(w.set.Files)) {
		if w.set.Files[name].Base != nil {
			continue
		}
		if cli.Exists(filepath.Join(b.base, filepath.FromSlash(name))) {
			found = append(found, b.show(name))
		}
	}
	if len(found) == 0 {
		return nil
	}
	return fmt.Errorf("init wrote nothing, because these files exist; move them away, or run \"authgen generate\":\n\t%s", strings.Join(found, "\n\t"))
}

// sayNext prints what to do next.
func (b beginning) sayNext() {
	b.out.Say("\nNext:")
	if !b.mod.hasTool() {
		b.out.Say("\tgo get -tool " + toolPath)
	}
	b.out.Say("\tgo mod tidy")
	b.out.Say("\tedit " + b.showAbs(filepath.Join(b.schema, filepath.Base(b.File))) + ", then run go generate")
	b.out.Say("\tfill in " + b.showAbs(b.triggers) + string(filepath.Separator))
}

// ownPackage returns the package for gen.go: that of the Go files beside the schema, or
// one named after the module or folder.
func (b beginning) ownPackage() (string, error) {
	files, err := b.goFiles(b.schema, noFile)
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
	if b.schema != b.mod.dir {
		return packageName(filepath.Base(b.schema), "app"), nil
	}
	prefix, _, _ := module.SplitPathVersion(b.mod.path)
	return packageName(path.Base(prefix), "app"), nil
}
