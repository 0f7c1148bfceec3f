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

// A site checks the folders that the files of a project go to.
type site struct{ *project }

// inspect finds the import path of the generated package. It refuses a folder in which the
// package would do harm or would not compile.
func (s site) inspect() error {
	mod, err := moduleOf(s.folders.out)
	if err != nil {
		return s.noModule(err)
	}
	s.module = mod
	s.out.Look("module %s (%s)", mod.path, s.showAbs(filepath.Join(mod.dir, "go.mod")))
	if s.importPath, err = mod.importPath(s.folders.out); err != nil {
		return fmt.Errorf(`"out" of %s: %w; choose another folder`, s.File, err)
	}
	if err := s.oneModule(mod); err != nil {
		return err
	}
	if same(s.folders.out, s.triggers) {
		return fmt.Errorf(`"out" and "triggers" of %s are the same folder, %s; give each its own`, s.File, s.showAbs(s.folders.out))
	}
	if err := s.ownSource(); err != nil {
		return err
	}
	s.sameVersion()
	return nil
}

// noModule returns an error of moduleOf together with what to do about it.
func (s site) noModule(err error) error {
	if !errors.Is(err, errNoModule) {
		return err
	}
	if own, err := moduleOf(s.schema); err == nil {
		return fmt.Errorf(`"out" of %s is %s, which is outside of module %s; choose a folder in the module`,
			s.File, s.showAbs(s.folders.out), own.path)
	}
	return fmt.Errorf("%s is not in a Go module; run \"go mod init example.com/app\" first, with your module's path", s.showAbs(s.folders.out))
}

// oneModule refuses triggers in another module than the generated package.
func (s site) oneModule(mod *goModule) error {
	other, err := moduleOf(s.triggers)
	if errors.Is(err, errNoModule) {
		return fmt.Errorf(`"triggers" of %s is %s, which is outside of module %s; choose a folder in the module`,
			s.File, s.showAbs(s.triggers), mod.path)
	}
	if err != nil {
		return err
	}
	if other.dir != mod.dir {
		return fmt.Errorf(`"out" of %s is in module %s and "triggers" in module %s; put both into one module`, s.File, mod.path, other.path)
	}
	return nil
}

// same reports whether two paths lead to one folder.
func same(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// ownFolder refuses a folder that has another package. It ignores files that will be
// written; package output checks those.
func (s site) ownFolder(files map[string][]byte) error {
	others, err := s.goFiles(s.folders.out, func(name string) bool {
		_, ours := files[path.Join(s.Model.Out, name)]
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
		if pkg == "" || strings.TrimSuffix(pkg, "_test") == s.Model.Package {
			continue
		}
		return fmt.Errorf(`"out" of %s is %s, which has package %s (%s); give package %s a folder of its own`,
			s.File, s.showAbs(s.folders.out), pkg, name, s.Model.Package)
	}
	return nil
}

// sourceLine is the line of db.go that names the schema of the package.
var sourceLine = regexp.MustCompile(`(?m)^// Source: (.*?)\r?$`)

// ownSource refuses the folder of another schema, because each of the two would remove the
// other's files. A schema that no longer exists, or has another name now, does not count.
func (s site) ownSource() error {
	db, err := os.ReadFile(filepath.Join(s.folders.out, "db.go"))
	if err != nil || !output.HasHeader(db) {
		return nil // nothing is generated yet, or package output will say why it cannot be read
	}
	m := sourceLine.FindSubmatch(db)
	if m == nil || string(m[1]) == s.Model.Source {
		return nil
	}
	other := filepath.Join(s.folders.out, filepath.FromSlash(string(m[1])))
	if !strings.Contains(string(m[1]), "/") {
		other = filepath.Join(s.schema, string(m[1]))
	}
	if !cli.Exists(other) || same(other, filepath.Join(s.schema, filepath.Base(s.File))) {
		return nil
	}
	return fmt.Errorf(`"out" of %s is %s, which is generated from %s; choose another folder`, s.File, s.showAbs(s.folders.out), s.showAbs(other))
}

// sameVersion warns if go.mod requires another version of authgen than that of this
// program. The runtime has the version in go.mod, and generated code should have it too.
func (s site) sameVersion() {
	version, _ := cli.BuiltOf()
	if required := s.module.requires(modulePath); required != "" && version != cli.DevelVersion && required != version {
		s.out.Warn(fmt.Sprintf(`authgen: this is authgen %s, and go.mod requires %s: run "go tool authgen", which always has the version in go.mod`, version, required))
	}
}
