package main

import (
	"path/filepath"
	"strings"
)

// folders are the folders of a schema. Package output gets paths relative to base, with
// slashes.
type folders struct {
	base     string // absolute
	cwd      string // absolute; paths are shown relative to it
	absolute bool   // the user gave an absolute path, so paths are shown so

	schema, out, triggers string // absolute folders
}

// locate finds the folders. Base is the current folder, so that the user can open paths as
// they are shown. If a folder is outside of that, base is the lowest folder that has all.
func locate(cwd, file, out, triggers string) folders {
	schema := filepath.Dir(file)
	if !filepath.IsAbs(schema) {
		schema = filepath.Join(cwd, schema)
	}
	p := folders{
		cwd:      cwd,
		absolute: filepath.IsAbs(file),
		schema:   schema,
		out:      filepath.Join(schema, filepath.FromSlash(out)),
		triggers: filepath.Join(schema, filepath.FromSlash(triggers)),
	}
	p.base = cwd
	if !p.covers(cwd) {
		p.base = schema
		for !p.covers(p.base) && p.base != filepath.Dir(p.base) {
			p.base = filepath.Dir(p.base)
		}
	}
	return p
}

// covers reports whether all folders are in dir or below it.
func (p *folders) covers(dir string) bool {
	return below(dir, p.schema) && below(dir, p.out) && below(dir, p.triggers)
}

// below reports whether path is dir or below it.
func below(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

// root returns base for package output, which shows it in errors.
func (p *folders) root() string { return p.showAbs(p.base) }

// rel returns an absolute path below base relative to it, with slashes.
func (p *folders) rel(path string) string {
	rel, err := filepath.Rel(p.base, path)
	if err != nil {
		return filepath.ToSlash(path) // on another drive, which output refuses
	}
	return filepath.ToSlash(rel)
}

// show returns a path relative to base as the user would write it.
func (p *folders) show(rel string) string {
	return p.showAbs(filepath.Join(p.base, filepath.FromSlash(rel)))
}

// showAbs returns an absolute path as the user would write it.
func (p *folders) showAbs(path string) string {
	if p.absolute {
		return path
	}
	rel, err := filepath.Rel(p.cwd, path)
	if err != nil || strings.Count(rel, "..") > 4 {
		return path
	}
	return rel
}
