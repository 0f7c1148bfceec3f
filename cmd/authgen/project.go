package main

import (
	"fmt"
	"os"

	"github.com/authgen/authgen/internal/cli"
)

// A project is a schema without problems, and the places of its files.
type project struct {
	folders
	*cli.SchemaFile
	out *cli.Printer

	module     *goModule // the module of the generated package; site.inspect sets it
	importPath string    // of the generated package; site.inspect sets it
}

// open reads the schema, and finds out where its files go.
func open(o *cli.Options) (*project, error) {
	s, err := o.Read()
	if err != nil {
		return nil, err
	}
	return newProject(o, s)
}

// newProject finds out where the files of a schema go.
func newProject(o *cli.Options, s *cli.SchemaFile) (*project, error) {
	cwd, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("the current folder is gone: %w", err)
	}
	return &project{
		folders:    locate(cwd, s.File, s.Model.Out, s.Model.TriggerDir),
		SchemaFile: s,
		out:        o.Out,
	}, nil
}
