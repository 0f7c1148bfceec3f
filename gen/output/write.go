package output

import (
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

// Write brings the set to the folder root. All new content is first written
// to temporary files; these then take the places of the old ones, each at
// once; then orphans are removed. So an error such as a full disk leaves all
// as it was, and a process killed at any moment leaves each file old or new:
// another run completes it. Files that are as they should be are not touched.
//
// The report lists what was done, also with an error.
func Write(root string, set Set) (Report, error) {
	changes, err := Plan(root, set)
	if err != nil {
		return Report{}, err
	}
	if err := sweep(root, set, changes); err != nil {
		return Report{}, err
	}
	s := &stage{root: root}
	defer s.discard()
	if err := s.prepare(changes); err != nil {
		return Report{}, fmt.Errorf("nothing was written: %w", err)
	}
	done, err := s.commit(set)
	for _, c := range changes {
		if c.Op == Keep {
			done = append(done, c)
		}
	}
	if err == nil {
		var removed []Change
		removed, err = removeOrphans(changes)
		done = append(done, removed...)
	}
	slices.SortFunc(done, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return report(done), err
}

// A stage holds new content in temporary files beside those it will replace.
type stage struct {
	root    string
	pending []staged
	dirs    []string // created, outermost first
}

// A staged is a change and the temporary file with its content.
type staged struct {
	Change
	temp string
}

// prepare writes the temporary files. The user's come first: it is they that
// commit may have to refuse, and then nothing else has changed yet.
func (s *stage) prepare(changes []Change) error {
	ordered := slices.Clone(changes)
	slices.SortStableFunc(ordered, func(a, b Change) int { return int(b.Kind) - int(a.Kind) })
	for _, c := range ordered {
		if c.Op != Create && c.Op != Replace {
			continue
		}
		if err := s.makeDir(filepath.Dir(c.target)); err != nil {
			return err
		}
		temp, err := writeTemp(&c)
		if err != nil {
			return err
		}
		s.pending = append(s.pending, staged{c, temp})
	}
	return nil
}

// makeDir creates a folder and those above it, and remembers them.
func (s *stage) makeDir(dir string) error {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if parent := filepath.Dir(dir); parent != dir {
		if err := s.makeDir(parent); err != nil {
			return err
		}
	}
	err := os.Mkdir(dir, 0o777)
	if errors.Is(err, fs.ErrExist) {
		return nil // another run was faster
	}
	if err == nil {
		s.dirs = append(s.dirs, dir)
	}
	return err
}

// commit puts the temporary files in place and returns the changes made.
func (s *stage) commit(set Set) ([]Change, error) {
	for _, p := range s.pending {
		if err := p.recheck(s.root, set.Files[p.Path]); err != nil {
			return nil, fmt.Errorf("nothing was written: %w", err)
		}
	}
	var done []Change
	for len(s.pending) > 0 {
		p := s.pending[0]
		if err := p.recheck(s.root, set.Files[p.Path]); err != nil {
			return done, err
		}
		if err := p.rename(); err != nil {
			return done, err
		}
		s.pending = s.pending[1:]
		done = append(done, p.Change)
	}
	return done, nil
}

// recheck reads the file once more right before it is replaced, since an
// editor may have saved it meanwhile.
func (p *staged) recheck(root string, f File) error {
	now := Change{Path: p.Path, Kind: p.Kind, New: p.New}
	if err := now.read(root); err != nil {
		return err
	}
	return now.refuse(f)
}

// renameAttempts bounds how often a temporary file is written anew when other
// runs remove it: each run sweeps once, at its start.
const renameAttempts = 20

// rename puts the temporary file in place. Another run that starts now takes
// the file for a leftover and removes it; then it is written again.
func (p *staged) rename() error {
	for range renameAttempts {
		err := os.Rename(p.temp, p.target)
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if p.temp, err = writeTemp(&p.Change); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s: other runs of authgen keep removing its temporary file: run one at a time", p.Path)
}

// discard removes what was prepared and not put in place.
func (s *stage) discard() {
	if len(s.pending) == 0 {
		return
	}
	for _, p := range s.pending {
		os.Remove(p.temp)
	}
	for _, dir := range slices.Backward(s.dirs) {
		os.Remove(dir) // fails, as it should, if it is not empty
	}
}

// removeOrphans removes the orphans among changes, unless one has become
// something else meanwhile, and returns those removed.
func removeOrphans(changes []Change) ([]Change, error) {
	var removed []Change
	for _, c := range changes {
		if c.Op != Remove {
			continue
		}
		data, err := os.ReadFile(c.target)
		if err == nil && !HasHeader(data) {
			continue
		}
		if err := os.Remove(c.target); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return removed, err
		}
		removed = append(removed, c)
	}
	return removed, nil
}

// sweep removes temporary files that a killed run left in the folders of the
// set, and beside the targets of symbolic links.
func sweep(root string, set Set, changes []Change) error {
	dirs := map[string]bool{}
	for _, dir := range set.Dirs {
		dirs[filepath.Join(root, filepath.FromSlash(path.Clean(dir)))] = true
	}
	for _, c := range changes {
		dirs[filepath.Dir(c.target)] = true
	}
	for _, dir := range slices.Sorted(maps.Keys(dirs)) {
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, entry := range entries {
			if !entry.Type().IsRegular() || !isTemp(entry.Name()) {
				continue
			}
			if err := os.Remove(filepath.Join(dir, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
