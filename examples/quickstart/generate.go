package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/authgen/authgen/gen"
	"github.com/authgen/authgen/gen/output"
	"github.com/authgen/authgen/gen/schema"
)

// generate does through the library what the command authgen does: it renders the package
// of schema.yaml, with which this program is compiled, and writes files that are not fresh.
func generate(out io.Writer) error {
	dir, err := here()
	if err != nil {
		return err
	}
	src, err := os.ReadFile(filepath.Join(dir, "schema.yaml"))
	if err != nil {
		return err
	}
	model, problems := gen.Load("schema.yaml", src)
	if len(problems) > 0 {
		return errors.New(schema.Report("schema.yaml", problems))
	}
	files, err := gen.Files(model)
	if err != nil {
		return err
	}
	set := output.Set{Files: map[string]output.File{}, Dirs: []string{"auth"}}
	lines := 0
	for name, data := range files {
		set.Files[name] = output.File{Kind: output.Generated, Data: data}
		for _, b := range data {
			if b == '\n' {
				lines++
			}
		}
	}
	report, err := output.Write(dir, set)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Generated %d files, %d lines, from schema.yaml: %d were fresh already.\n", len(files), lines, report.Unchanged)
	if !report.Fresh() {
		return errors.New("this program was compiled with older files: run it again")
	}
	return nil
}

// here returns the folder of this program, as a path from the repository or from the folder
// itself.
func here() (string, error) {
	for _, dir := range []string{"examples/quickstart", "."} {
		if _, err := os.Stat(filepath.Join(dir, "schema.yaml")); err == nil {
			return dir, nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return "", errors.New("schema.yaml is not here: run the program from the root of the repository")
}
