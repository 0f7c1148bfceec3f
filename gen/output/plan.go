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

// An Op is what has to happen to a file.
type Op int

const (
	Keep    Op = iota // it is as it should be
	Create            // it is not there
	Replace           // it has other content
	Remove            // it is an orphan
)

// A Change is what has to happen to one file.
type Change struct {
	Path string // relative to the root, with slashes
	Op   Op
	Kind Kind
	Old  []byte // on disk; nil for Create
	New  []byte // wanted; nil for Remove

	target string      // where the bytes are: Path on disk, symbolic links followed
	mode   fs.FileMode // permissions on disk
	owner  owner       // likewise
}

// Plan compares the set with the folder root and returns a change for each
// file of the set and each orphan, sorted by path. It refuses what [Write]
// must not replace: a file without our header, a user's file that is no longer
// what it was, anything that is not a file.
func Plan(root string, set Set) ([]Change, error) {
	var changes []Change
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
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return changes, nil
}

// firstOfEach joins errors, those with the same text once: a folder that
// cannot be read is the same trouble for each of its files.
func firstOfEach(errs []error) error {
	seen := map[string]bool{}
	return errors.Join(slices.DeleteFunc(errs, func(err error) bool {
		again := seen[err.Error()]
		seen[err.Error()] = true
		return again
	})...)
}

// inspect compares one file of the set with the disk.
func inspect(root, name string, f File) (Change, error) {
	c := Change{Path: name, Kind: f.Kind, New: f.Data, mode: 0o644}
	if !filepath.IsLocal(filepath.FromSlash(name)) || path.Clean(name) != name {
		return c, fmt.Errorf("%q is not a path below the folder that is written to", name)
	}
	if f.Kind == Generated && !HasHeader(f.Data) {
		return c, fmt.Errorf("%s: generated without the header that would let it be replaced; this is a fault of authgen", name)
	}
	if err := c.read(root); err != nil {
		return c, err
	}
	return c, c.refuse(f)
}

// read finds the file on disk and sets Op, Old, target and mode.
func (c *Change) read(root string) error {
	c.Op = Create
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
			return fmt.Errorf("%s is a symbolic link that leads nowhere: correct or remove it (%w)", c.Path, err)
		}
		c.target = target
		if info, err = os.Stat(target); err != nil {
			return err
		}
	}
	switch {
	case info.IsDir():
		return fmt.Errorf("%s is a folder where a file has to go: move it away", c.Path)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file: move it away", c.Path)
	}
	c.mode = info.Mode().Perm()
	c.Old, err = os.ReadFile(c.target)
	if err != nil {
		return c.trouble(root, err)
	}
	c.owner = ownerOf(info)
	c.Op = Replace
	if bytes.Equal(c.Old, c.New) || c.Kind != User && sameLines(c.Old, c.New) {
		c.Op = Keep
	}
	return nil
}

// sameLines reports whether two texts differ in their line ends only, as they do
// where git writes those of Windows.
func sameLines(a, b []byte) bool {
	return bytes.Equal(bytes.ReplaceAll(a, []byte("\r\n"), []byte("\n")), b)
}

// trouble returns an error of the file system; for a file in place of a
// folder, one that says which.
func (c *Change) trouble(root string, err error) error {
	for dir := path.Dir(c.Path); dir != "."; dir = path.Dir(dir) {
		info, statErr := os.Stat(filepath.Join(root, filepath.FromSlash(dir)))
		if statErr == nil && !info.IsDir() {
			return fmt.Errorf("%s is a file where a folder has to go: move it away", dir)
		}
	}
	return err
}

// refuse returns why the file on disk must not be replaced, or nil. An empty
// file may be: it is what a power failure leaves of a generated one.
func (c *Change) refuse(f File) error {
	switch {
	case c.Op == Keep:
		return nil
	case f.Kind == Generated && len(c.Old) > 0 && !HasHeader(c.Old):
		return fmt.Errorf("%s was not written by authgen (its first line is not %q): move it away, or generate into another folder",
			c.Path, firstLine(f.Data))
	case f.Kind == Plain && len(c.Old) > 0 && !bytes.Contains(c.Old, f.Mark):
		return fmt.Errorf("%s was not written by authgen (it does not hold %q): move it away", c.Path, f.Mark)
	case f.Kind == User && !f.isBase(c):
		return fmt.Errorf("%s was changed while authgen ran, so it was left alone: run authgen again", c.Path)
	}
	return nil
}

// isBase reports whether what is on disk is what the file was made from.
func (f File) isBase(c *Change) bool {
	return (c.Op == Create) == (f.Base == nil) && bytes.Equal(c.Old, f.Base)
}

func firstLine(data []byte) string {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	return string(line)
}
