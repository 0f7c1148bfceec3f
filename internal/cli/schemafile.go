package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/authgen/authgen/gen"
	"github.com/authgen/authgen/gen/model"
	"github.com/authgen/authgen/gen/schema"
)

// DefaultFile is the name of the schema, unless -f names another.
const DefaultFile = "schema.yaml"

// A SchemaFile is a schema without problems, and its Model.
type SchemaFile struct {
	File  string // as the user gave it
	Text  []byte
	Model *model.Model
}

// Read reads the schema. If it has problems, Read prints them and returns ErrReported.
func (o *Options) Read() (*SchemaFile, error) {
	if err := o.find(); err != nil {
		return nil, err
	}
	text, err := readSchema(o.File)
	if err != nil {
		return nil, err
	}
	o.Out.Look("read %s", o.File)
	m, problems := gen.Load(o.File, text)
	if len(problems) > 0 {
		o.Out.Report(schema.Report(o.File, problems))
		return nil, ErrReported
	}
	return &SchemaFile{File: o.File, Text: text, Model: m}, nil
}

// UnknownTable is the error for a table that the schema does not declare.
func (s *SchemaFile) UnknownTable(key string) error {
	keys := s.TableKeys()
	if near := Nearest(key, keys); near != "" {
		return fmt.Errorf("%s does not declare table %q (did you mean %q?)", s.File, key, near)
	}
	return fmt.Errorf("%s does not declare table %q%s", s.File, key, Listed(keys))
}

// TableKeys returns the names of the tables.
func (s *SchemaFile) TableKeys() []string {
	keys := make([]string, len(s.Model.Tables))
	for i, t := range s.Model.Tables {
		keys[i] = t.Key
	}
	return keys
}

// CompleteTables returns the completions for the name of a table.
func (o *Options) CompleteTables() ([]string, cobra.ShellCompDirective) {
	silent := *o
	silent.Out = NewPrinter(io.Discard, io.Discard)
	s, err := silent.Read()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return s.TableKeys(), cobra.ShellCompDirectiveNoFileComp
}

// find looks for schema.yaml in this folder and those above, up to the folder of the
// module, unless -f names a schema.
func (o *Options) find() error {
	if o.File != "" {
		return nil
	}
	cwd, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("the current folder is gone: %w", err)
	}
	for dir := cwd; ; dir = filepath.Dir(dir) {
		if Exists(filepath.Join(dir, DefaultFile)) {
			o.File, err = filepath.Rel(cwd, filepath.Join(dir, DefaultFile))
			return err
		}
		if Exists(filepath.Join(dir, "go.mod")) || dir == filepath.Dir(dir) {
			return errors.New(`there is no schema.yaml in this folder, nor in one above up to go.mod; "authgen init" writes one, and -f names one elsewhere`)
		}
	}
}

// readSchema reads a schema. It must be a regular file, because a pipe or a device might
// never end.
func readSchema(file string) ([]byte, error) {
	f, err := openRegular(file)
	if err != nil {
		return nil, unreadable(file, err)
	}
	defer func() { _ = f.Close() }()
	// One byte more than allowed, so that Parse sees that the schema is too long.
	src, err := io.ReadAll(io.LimitReader(f, schema.MaxSize+1))
	if err != nil {
		return nil, unreadable(file, err)
	}
	return src, nil
}

var errNotRegular = errors.New("it is not a regular file")

// openRegular opens a regular file. It checks that before, because opening a pipe waits
// for somebody who writes.
func openRegular(file string) (*os.File, error) {
	info, err := os.Stat(file)
	if err == nil && !info.Mode().IsRegular() {
		err = errNotRegular
	}
	if err != nil {
		return nil, err
	}
	return os.Open(file)
}

// unreadable returns why a schema cannot be read, and what to do.
func unreadable(file string, err error) error {
	if info, statErr := os.Stat(file); statErr == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder; -f takes a file, such as -f %s/schema.yaml", file, file)
	}
	var failed *fs.PathError
	if errors.As(err, &failed) {
		err = failed.Err
	}
	return fmt.Errorf("cannot read %s: %w", file, err)
}

// Exists reports whether a file, folder or link is at a path.
func Exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
