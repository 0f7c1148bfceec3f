package main

import (
	"fmt"
	"os"

	"github.com/authgen/authgen/gen"
	"github.com/authgen/authgen/gen/model"
	"github.com/authgen/authgen/gen/schema"
)

// A project is a schema that was read without problems, and where its files go.
type project struct {
	place
	out   *printer
	file  string // as the user gave it
	src   []byte // the text of the schema
	model *model.Model

	module     *goModule // that the generated package belongs to; set by settle
	importPath string    // of the generated package; set by settle
}

// open reads the schema.
func (o *options) open() (*project, error) {
	if err := o.find(); err != nil {
		return nil, err
	}
	src, err := readSchema(o.file)
	if err != nil {
		return nil, err
	}
	o.out.look("read %s", o.file)
	return o.load(src)
}

// load makes a project of a schema's text. All problems of the schema are
// printed here.
func (o *options) load(src []byte) (*project, error) {
	m, problems := gen.Load(o.file, src)
	if len(problems) > 0 {
		o.out.report(schema.Report(o.file, problems))
		return nil, errReported
	}
	return o.project(m, src)
}

// project finds out where the files of a model go.
func (o *options) project(m *model.Model, src []byte) (*project, error) {
	cwd, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("the current folder is gone: %w", err)
	}
	return &project{
		place: locate(cwd, o.file, m.Out, m.TriggerDir),
		out:   o.out,
		file:  o.file,
		src:   src,
		model: m,
	}, nil
}
