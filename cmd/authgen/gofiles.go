package main

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// goFiles returns the Go files of a folder by name, without those to skip. A folder that
// does not exist has none.
func (p *folders) goFiles(dir string, skip func(name string) bool) (map[string][]byte, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, p.folderTrouble(dir, err)
	}
	files := map[string][]byte{}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || skip(entry.Name()) {
			continue
		}
		full := filepath.Join(dir, entry.Name())
		info, err := os.Stat(full)
		switch {
		case err != nil:
			return nil, p.readable(err)
		case info.IsDir():
			continue // the go command skips it too
		case !info.Mode().IsRegular():
			return nil, fmt.Errorf("%s is not a regular file; move it away", p.showAbs(full))
		}
		data, err := os.ReadFile(full)
		if err != nil {
			return nil, p.readable(err)
		}
		files[entry.Name()] = data
	}
	return files, nil
}

// noFile skips no file in goFiles.
func noFile(string) bool { return false }

// folderTrouble returns why a folder cannot be read; nil if it does not exist.
func (p *folders) folderTrouble(dir string, err error) error {
	info, statErr := os.Stat(dir)
	switch {
	case statErr == nil && !info.IsDir():
		return fmt.Errorf("%s is a file, and authgen needs a folder there; move it away", p.showAbs(dir))
	case missing(err):
		return nil
	}
	return p.readable(err)
}

// readable returns an error of the file system with the path as the user would write it.
func (p *folders) readable(err error) error {
	if failed := (*fs.PathError)(nil); errors.As(err, &failed) {
		return fmt.Errorf("cannot read %s: %w", p.showAbs(failed.Path), failed.Err)
	}
	return err
}

// packageOf returns the package name in a Go file. It returns nothing if the file does not
// parse, or has package documentation only.
func packageOf(src []byte) string {
	f, err := parser.ParseFile(token.NewFileSet(), "", src, parser.PackageClauseOnly)
	if err != nil || f.Name.Name == "documentation" {
		return ""
	}
	return f.Name.Name
}

// packageName makes a package name of the name of a folder or module. It returns the
// fallback if no valid name is left.
func packageName(name, fallback string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' && b.Len() > 0 {
			b.WriteRune(r)
		}
	}
	clean := b.String()
	if clean == "" || clean == "main" || clean == "init" || token.IsKeyword(clean) {
		return fallback
	}
	return clean
}
