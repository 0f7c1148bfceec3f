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

// A SchemaFile is a schema that was read without problems.
type SchemaFile struct {
	File  string // as the user gave it
	Text  []byte
	Model *model.Model
}

// Read reads the schema. Its problems are printed here, and the error is ErrReported
// then.
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
		return fmt.Errorf("%s declares no table %q (did you mean %q?)", s.File, key, near)
	}
	return fmt.Errorf("%s declares no table %q%s", s.File, key, Listed(keys))
}

// TableKeys returns the names of the tables.
func (s *SchemaFile) TableKeys() []string {
	keys := make([]string, len(s.Model.Tables))
	for i, t := range s.Model.Tables {
		keys[i] = t.Key
	}
	return keys
}

// CompleteTables returns what a shell offers where a verb takes the name of a table.
func (o *Options) CompleteTables() ([]string, cobra.ShellCompDirective) {
	silent := *o
	silent.Out = NewPrinter(io.Discard, io.Discard)
	s, err := silent.Read()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return s.TableKeys(), cobra.ShellCompDirectiveNoFileComp
}

// find looks for schema.yaml in this folder and in those above it, up to the
// module's, unless -f names a schema.
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
			return errors.New(`there is no schema.yaml in this folder, nor above it up to the module's: "authgen init" writes one, and -f names one elsewhere`)
		}
	}
}

// readSchema reads a schema, which must be a file: a pipe or a device could
// go on for ever.
func readSchema(file string) ([]byte, error) {
	f, err := openRegular(file)
	if err != nil {
		return nil, unreadable(file, err)
	}
	defer func() { _ = f.Close() }()
	// One byte more than a schema may have, so that Parse sees that it is too long.
	src, err := io.ReadAll(io.LimitReader(f, schema.MaxSize+1))
	if err != nil {
		return nil, unreadable(file, err)
	}
	return src, nil
}

var errNotRegular = errors.New("it is not a regular file")

// openRegular opens a regular file. It looks before it opens, as opening a pipe
// waits for somebody to write.
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
		return fmt.Errorf("%s is a folder: -f takes the schema itself, such as -f %s/schema.yaml", file, file)
	}
	var failed *fs.PathError
	if errors.As(err, &failed) {
		err = failed.Err
	}
	return fmt.Errorf("cannot read %s: %w", file, err)
}

// Exists reports whether there is anything at a path.
func Exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
