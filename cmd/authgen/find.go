package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/authgen/authgen/gen/schema"
)

// find looks for schema.yaml in this folder and in those above it, up to the
// module's, unless -f names a schema.
func (o *options) find() error {
	if o.file != "" {
		return nil
	}
	cwd, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("the current folder is gone: %w", err)
	}
	for dir := cwd; ; dir = filepath.Dir(dir) {
		if exists(filepath.Join(dir, defaultFile)) {
			o.file, err = filepath.Rel(cwd, filepath.Join(dir, defaultFile))
			return err
		}
		if exists(filepath.Join(dir, "go.mod")) || dir == filepath.Dir(dir) {
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
