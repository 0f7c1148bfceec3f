package main

import (
	"errors"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/authgen/authgen/gen/output"
	"github.com/authgen/authgen/gen/schema"
	"github.com/authgen/authgen/gen/stub"
	"github.com/authgen/authgen/internal/cli"
)

// jsonName is the file beside the schema that lets editors complete and check it.
const jsonName = "authgen.schema.json"

// A wanted is everything that should be on disk for a schema.
type wanted struct {
	set    output.Set
	stubs  stub.Result
	added  map[string][]string // names of stubs, by the path of their file
	unseen error               // why the set has no stubs, or nil
	notes  []string            // what generate tells the user to look at

	rendered map[string][]byte // the result of gen.Files; nil if the memo had all files
}

// want renders everything in memory.
func (p *project) want() (*wanted, error) {
	at := site{p}
	if err := at.inspect(); err != nil {
		return nil, err
	}
	files, rendered, err := p.files()
	if err != nil {
		return nil, err
	}
	if err := at.ownFolder(files); err != nil {
		return nil, err
	}
	w := &wanted{added: map[string][]string{}}
	if rendered {
		w.rendered = files
	}
	w.set.Files = make(map[string]output.File, len(files))
	out := p.rel(p.folders.out)
	dirs := map[string]bool{out: true}
	for name, data := range files {
		full := p.rel(filepath.Join(p.schema, filepath.FromSlash(name)))
		w.set.Files[full] = output.File{Data: data}
		dirs[path.Dir(full)] = true
	}
	w.set.Dirs = slices.Sorted(maps.Keys(dirs))
	p.wantJSON(w)
	return w, p.wantStubs(w)
}

// wantJSON adds the JSON Schema if it exists already.
func (p *project) wantJSON(w *wanted) {
	full := filepath.Join(p.schema, jsonName)
	if cli.Exists(full) {
		w.set.Files[p.rel(full)] = jsonFile()
	}
}

// jsonFile is the JSON Schema.
func jsonFile() output.File {
	return output.File{Kind: output.Plain, Data: schema.JSONSchema(), Mark: []byte(schema.JSONSchemaMark)}
}

// wantStubs adds the trigger package with the stubs that it lacks.
func (p *project) wantStubs(w *wanted) error {
	files, err := p.goFiles(p.triggers, noFile)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		p.out.Look("read %s", p.showAbs(filepath.Join(p.triggers, name)))
	}
	w.stubs, err = stub.Insert(stub.Request{
		Dir:        filepath.ToSlash(p.showAbs(p.triggers)),
		Package:    packageName(filepath.Base(p.triggers), "triggers"),
		Import:     p.importPath,
		ImportName: p.Model.Package,
		Files:      files,
		Methods:    stubMethods(p.Model),
		Sibling:    p.sibling,
	})
	if unseen := (*stub.UnseenError)(nil); errors.As(err, &unseen) {
		if unseen.Elsewhere {
			w.notes = append(w.notes, err.Error())
		} else {
			w.unseen = cli.Locate(err)
		}
		err = nil
	}
	if err != nil {
		return cli.Locate(err)
	}
	dir := p.rel(p.triggers)
	for name, data := range w.stubs.Files {
		w.set.Files[path.Join(dir, name)] = output.File{Kind: output.User, Data: data, Base: files[name]}
	}
	for _, a := range w.stubs.Added {
		full := path.Join(dir, a.File)
		w.added[full] = append(w.added[full], a.Method)
	}
	return nil
}

// findings returns a sentence for each of the user's methods that does not agree with the
// schema.
func (w *wanted) findings() []string {
	var list []string
	for _, m := range w.stubs.Moved {
		list = append(list, m.String())
	}
	for _, f := range slices.Concat(w.stubs.Mismatched, w.stubs.Undeclared) {
		list = append(list, f.String())
	}
	return list
}

// sibling returns the Go files of another package of the module, whose types the trigger
// package may embed.
func (p *project) sibling(importPath string) (files map[string][]byte, dir string) {
	rest, ok := strings.CutPrefix(importPath+"/", p.module.path+"/")
	if !ok {
		return nil, ""
	}
	dir = filepath.Join(p.module.dir, filepath.FromSlash(rest))
	files, err := p.goFiles(dir, noFile)
	if err != nil {
		return nil, ""
	}
	return files, filepath.ToSlash(p.showAbs(dir))
}
