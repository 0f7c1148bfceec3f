package output

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// An op is what has to happen to a file.
type op int

const (
	keep    op = iota // nothing: the file is as it should be
	create            // the file does not exist
	replace           // the file has other content
	remove            // the file is an orphan
)

// A change is what has to happen to one file.
type change struct {
	Path string // relative to the root, with slashes
	Op   op
	Kind Kind
	Old  []byte // on disk; nil for Create
	New  []byte // wanted; nil for Remove

	target string      // the file on disk, with symbolic links followed
	mode   fs.FileMode // its permissions
	owner  owner
}

// plan compares the set with the folder root. It returns a change for each file of the set
// and for each orphan, sorted by path. It refuses to replace a file without our header, a
// file of the user's that has changed meanwhile, and anything that is not a file.
func plan(root string, set Set) ([]change, error) {
	var changes []change
	var refused []error
	for _, name := range slices.Sorted(maps.Keys(set.Files)) {
		c, err := inspect(root, name, set.Files[name])
		if err != nil {
			refused = append(refused, err)
		}
		changes = append(changes, c)
	}
	if err := firstOfEach(refused); err != nil {
		return nil, err
	}
	for _, dir := range set.Dirs {
		orphans, err := orphansIn(root, dir, set)
		if err != nil {
			return nil, err
		}
		changes = append(changes, orphans...)
	}
	slices.SortFunc(changes, func(a, b change) int { return strings.Compare(a.Path, b.Path) })
	return changes, nil
}

// firstOfEach joins errors, but errors with the same text only once. A folder that cannot
// be read gives the same error for each of its files.
func firstOfEach(errs []error) error {
	seen := map[string]bool{}
	return errors.Join(slices.DeleteFunc(errs, func(err error) bool {
		again := seen[err.Error()]
		seen[err.Error()] = true
		return again
	})...)
}

// inspect compares one file of the set with the disk.
func inspect(root, name string, f File) (change, error) {
	c := change{Path: name, Kind: f.Kind, New: f.Data, mode: 0o644}
	if !filepath.IsLocal(filepath.FromSlash(name)) || path.Clean(name) != name {
		return c, fmt.Errorf("%q is not a path below the root", name)
	}
	if f.Kind == Generated && !HasHeader(f.Data) {
		return c, fmt.Errorf("%s: generated without a header, so that it could never be replaced; this is a bug in authgen", name)
	}
	if err := c.read(root); err != nil {
		return c, err
	}
	return c, c.refuse(f)
}

// read finds the file on disk and sets Op, Old, target and mode.
func (c *change) read(root string) error {
	c.Op = create
	c.target = filepath.Join(root, filepath.FromSlash(c.Path))
	info, err := os.Lstat(c.target)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return c.trouble(root, err)
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		target, err := filepath.EvalSymlinks(c.target)
		if err != nil {
			return fmt.Errorf("%s is a symbolic link that leads nowhere; correct or remove it (%w)", c.Path, err)
		}
		c.target = target
		if info, err = os.Stat(target); err != nil {
			return err
		}
	}
	switch {
	case info.IsDir():
		return fmt.Errorf("%s is a folder, and authgen needs a file there; move it away", c.Path)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file; move it away", c.Path)
	}
	c.mode = info.Mode().Perm()
	c.Old, err = os.ReadFile(c.target)
	if err != nil {
		return c.trouble(root, err)
	}
	c.owner = ownerOf(info)
	c.Op = replace
	if bytes.Equal(c.Old, c.New) || c.Kind != User && sameLines(c.Old, c.New) {
		c.Op = keep
	}
	return nil
}

// sameLines reports whether two texts differ only in their line ends. git can write those
// of Windows.
func sameLines(a, b []byte) bool {
	return bytes.Equal(bytes.ReplaceAll(a, []byte("\r\n"), []byte("\n")), b)
}

// trouble returns an error of the file system. If a file is where a folder should be, the
// error names the file.
func (c *change) trouble(root string, err error) error {
	for dir := path.Dir(c.Path); dir != "."; dir = path.Dir(dir) {
		info, statErr := os.Stat(filepath.Join(root, filepath.FromSlash(dir)))
		if statErr == nil && !info.IsDir() {
			return fmt.Errorf("%s is a file, and authgen needs a folder there; move it away", dir)
		}
	}
	return err
}

// refuse returns why the file on disk must not be replaced, or nil. An empty file may be
// replaced, because a power failure can leave one in place of a generated file.
func (c *change) refuse(f File) error {
	switch {
	case c.Op == keep:
		return nil
	case f.Kind == Generated && len(c.Old) > 0 && !HasHeader(c.Old):
		return fmt.Errorf("%s was not written by authgen (its first line is not %q); move it away, or generate into another folder",
			c.Path, firstLine(f.Data))
	case f.Kind == Plain && len(c.Old) > 0 && !bytes.Contains(c.Old, f.Mark):
		return fmt.Errorf("%s was not written by authgen (it does not have the text %q); move it away", c.Path, f.Mark)
	case f.Kind == User && !f.isBase(c):
		return fmt.Errorf("%s changed while authgen ran, so authgen left it alone; run authgen again", c.Path)
	}
	return nil
}

// isBase reports whether the file on disk is the one that Data extends.
func (f File) isBase(c *change) bool {
	return (c.Op == create) == (f.Base == nil) && bytes.Equal(c.Old, f.Base)
}

func firstLine(data []byte) string {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	return string(line)
}
