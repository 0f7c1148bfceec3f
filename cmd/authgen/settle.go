package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/authgen/authgen/gen/output"
	"github.com/authgen/authgen/internal/cli"
)

// settle finds the import path of the generated package and refuses folders
// in which it would do harm or could not be compiled.
func (p *project) settle() error {
	mod, err := moduleOf(p.place.out)
	if err != nil {
		return p.noModule(err)
	}
	p.module = mod
	p.out.Look("module %s (%s)", mod.path, p.showAbs(filepath.Join(mod.dir, "go.mod")))
	if p.importPath, err = mod.importPath(p.place.out); err != nil {
		return fmt.Errorf(`"out" of %s: %w: generate into another folder`, p.File, err)
	}
	if err := p.oneModule(mod); err != nil {
		return err
	}
	if same(p.place.out, p.triggers) {
		return fmt.Errorf(`"out" and "triggers" of %s lead to the same folder, %s: give each its own`, p.File, p.showAbs(p.place.out))
	}
	if err := p.ownSource(); err != nil {
		return err
	}
	p.sameVersion()
	return nil
}

// noModule returns an error of moduleOf with what to do about it.
func (p *project) noModule(err error) error {
	if !errors.Is(err, errNoModule) {
		return err
	}
	if own, err := moduleOf(p.schema); err == nil {
		return fmt.Errorf(`"out" of %s leads to %s, which is outside of module %s: generate into a folder of the module`,
			p.File, p.showAbs(p.place.out), own.path)
	}
	return fmt.Errorf("%s is in no Go module: run \"go mod init example.com/app\" first, with your module's path", p.showAbs(p.place.out))
}

// oneModule refuses triggers in another module than the package they import.
func (p *project) oneModule(mod *goModule) error {
	other, err := moduleOf(p.triggers)
	if errors.Is(err, errNoModule) {
		return fmt.Errorf(`"triggers" of %s leads to %s, which is outside of module %s: put them into a folder of the module`,
			p.File, p.showAbs(p.triggers), mod.path)
	}
	if err != nil {
		return err
	}
	if other.dir != mod.dir {
		return fmt.Errorf(`"out" of %s is in module %s and "triggers" in module %s: put both into one`, p.File, mod.path, other.path)
	}
	return nil
}

// same reports whether two paths lead to one folder.
func same(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// ownFolder refuses to generate into a folder that holds another package.
// Files that will be written are not looked at: output minds those.
func (p *project) ownFolder(files map[string][]byte) error {
	others, err := p.goFiles(p.place.out, func(name string) bool {
		_, ours := files[path.Join(p.Model.Out, name)]
		return ours || strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".")
	})
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(others)) {
		if output.HasHeader(others[name]) {
			continue
		}
		pkg := packageOf(others[name])
		if pkg == "" || strings.TrimSuffix(pkg, "_test") == p.Model.Package {
			continue
		}
		return fmt.Errorf(`"out" of %s leads to %s, which holds package %s (%s): generate package %s into a folder of its own`,
			p.File, p.showAbs(p.place.out), pkg, name, p.Model.Package)
	}
	return nil
}

// sourceLine is the line of db.go that names the schema it was made from.
var sourceLine = regexp.MustCompile(`(?m)^// Source: (.*?)\r?$`)

// ownSource refuses to generate into a folder of another schema: the files of
// one would be orphans to the other. A schema that is gone, or was renamed, has
// none.
func (p *project) ownSource() error {
	db, err := os.ReadFile(filepath.Join(p.place.out, "db.go"))
	if err != nil || !output.HasHeader(db) {
		return nil // nothing is there yet; what keeps it from being read, output says
	}
	m := sourceLine.FindSubmatch(db)
	if m == nil || string(m[1]) == p.Model.Source {
		return nil
	}
	other := filepath.Join(p.place.out, filepath.FromSlash(string(m[1])))
	if !strings.Contains(string(m[1]), "/") {
		other = filepath.Join(p.schema, string(m[1]))
	}
	if !cli.Exists(other) || same(other, filepath.Join(p.schema, filepath.Base(p.File))) {
		return nil
	}
	return fmt.Errorf(`"out" of %s leads to %s, which is generated from %s: generate into a folder of its own`, p.File, p.showAbs(p.place.out), p.showAbs(other))
}
