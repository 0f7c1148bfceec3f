package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// orphansIn returns the files in one folder that have the header and are not in the set.
// It removes no symbolic links, and follows none out of the root.
func orphansIn(root, dir string, set Set) ([]change, error) {
	if !filepath.IsLocal(filepath.FromSlash(dir)) {
		return nil, fmt.Errorf("%q is not a folder below the root", dir)
	}
	if leavesRoot(root, dir) {
		return nil, nil
	}
	entries, err := os.ReadDir(filepath.Join(root, filepath.FromSlash(dir)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var orphans []change
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		if _, wanted := set.Files[name]; wanted || !entry.Type().IsRegular() || isTemp(entry.Name()) {
			continue
		}
		target := filepath.Join(root, filepath.FromSlash(name))
		data, err := os.ReadFile(target)
		if errors.Is(err, fs.ErrNotExist) {
			continue // another run was faster
		}
		if err != nil {
			return nil, err
		}
		if HasHeader(data) && !sameAsWanted(root, name, target, set) {
			orphans = append(orphans, change{Path: name, Op: remove, Kind: Generated, Old: data, target: target})
		}
	}
	return orphans, nil
}

// sameAsWanted reports whether a file is in the set under a name with other capitals, as
// on a file system that ignores case.
func sameAsWanted(root, name, target string, set Set) bool {
	for wanted := range set.Files {
		if !strings.EqualFold(wanted, name) {
			continue
		}
		a, errA := os.Lstat(target)
		b, errB := os.Lstat(filepath.Join(root, filepath.FromSlash(wanted)))
		if errA == nil && errB == nil && os.SameFile(a, b) {
			return true
		}
	}
	return false
}

// leavesRoot reports whether a folder is outside of the root, because of symbolic links.
func leavesRoot(root, dir string) bool {
	realRoot, err := filepath.EvalSymlinks(root)
	if err != nil {
		return false // the root does not exist yet
	}
	realDir, err := filepath.EvalSymlinks(filepath.Join(root, filepath.FromSlash(dir)))
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(realRoot, realDir)
	return err != nil || !filepath.IsLocal(rel)
}
