package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// A goModule is a Go module on disk.
type goModule struct {
	dir  string // absolute
	path string
	data []byte // go.mod
}

var errNoModule = errors.New("there is no go.mod")

// moduleOf returns the module that a folder belongs to. The folder need not exist yet.
func moduleOf(dir string) (*goModule, error) {
	for at := dir; ; at = filepath.Dir(at) {
		data, err := os.ReadFile(filepath.Join(at, "go.mod"))
		if err == nil {
			name := modfile.ModulePath(data)
			if name == "" {
				return nil, fmt.Errorf("%s has no module line; correct it, or run \"go mod init\" again", filepath.Join(at, "go.mod"))
			}
			return &goModule{dir: at, path: name, data: data}, nil
		}
		if !missing(err) {
			return nil, err
		}
		if at == filepath.Dir(at) {
			return nil, errNoModule
		}
	}
}

// missing reports whether an error says that a file does not exist, also because a file is
// where its folder should be.
func missing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// importPath returns the import path of a folder of the module.
func (m *goModule) importPath(dir string) (string, error) {
	rel, err := filepath.Rel(m.dir, dir)
	if err != nil {
		return "", err
	}
	full := path.Join(m.path, filepath.ToSlash(rel))
	if slices.Contains(strings.Split(full, "/"), "vendor") {
		return "", fmt.Errorf("%s: packages in a vendor folder belong to the go command and cannot be imported by this path", full)
	}
	// The first element of a module path may be anything, such as "app", but CheckImportPath
	// wants a dot in it.
	if err := module.CheckImportPath(path.Join("example.com", full)); err != nil {
		return "", fmt.Errorf("%s is not an import path: %w", full, invalidPart(err))
	}
	return full, nil
}

// invalidPart returns an error about an import path without the path.
func invalidPart(err error) error {
	if invalid := (*module.InvalidPathError)(nil); errors.As(err, &invalid) {
		return invalid.Err
	}
	return err
}

// hasTool reports whether go.mod makes "go tool authgen" work.
func (m *goModule) hasTool() bool {
	f, err := modfile.Parse("go.mod", m.data, nil)
	if err != nil {
		return true // the go command explains it better
	}
	return slices.ContainsFunc(f.Tool, func(t *modfile.Tool) bool { return t.Path == toolPath }) || f.Module.Mod.Path == modulePath
}

// requires returns the version of a module that go.mod requires; empty if it requires none
// or replaces the module.
func (m *goModule) requires(modulePath string) string {
	f, err := modfile.Parse("go.mod", m.data, nil)
	if err != nil {
		return ""
	}
	for _, r := range f.Replace {
		if r.Old.Path == modulePath {
			return ""
		}
	}
	for _, r := range f.Require {
		if r.Mod.Path == modulePath {
			return r.Mod.Version
		}
	}
	return ""
}

const (
	modulePath = "github.com/authgen/authgen"
	toolPath   = modulePath + "/cmd/authgen"
)
