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

// Write writes the set to the folder root. It first writes all new content to temporary
// files, then renames these to replace the old files, then removes orphans. So an error
// such as a full disk changes nothing, and a process that is killed leaves every file
// either old or new. The next run completes the work. Write does not touch files that are
// as they should be.
//
// The report lists what was done, also if there is an error.
func Write(root string, set Set) (Report, error) {
	changes, err := plan(root, set)
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
		if c.Op == keep {
			done = append(done, c)
		}
	}
	if err == nil {
		var removed []change
		removed, err = removeOrphans(changes)
		done = append(done, removed...)
	}
	slices.SortFunc(done, func(a, b change) int { return strings.Compare(a.Path, b.Path) })
	return report(done), err
}

// A stage has the new content in temporary files beside the files that it will replace.
type stage struct {
	root    string
	pending []staged
	dirs    []string // created, outermost first
}

// A staged is a change and the temporary file with its content.
type staged struct {
	change
	temp string
}

// prepare writes the temporary files. Those of the user come first, because commit may have
// to refuse one of them, and then nothing else must have changed.
func (s *stage) prepare(changes []change) error {
	ordered := slices.Clone(changes)
	slices.SortStableFunc(ordered, func(a, b change) int { return int(b.Kind) - int(a.Kind) })
	for _, c := range ordered {
		if c.Op != create && c.Op != replace {
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

// makeDir creates a folder and those above it, and records them for discard.
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
func (s *stage) commit(set Set) ([]change, error) {
	for _, p := range s.pending {
		if err := p.recheck(s.root, set.Files[p.Path]); err != nil {
			return nil, fmt.Errorf("nothing was written: %w", err)
		}
	}
	var done []change
	for len(s.pending) > 0 {
		p := s.pending[0]
		if err := p.recheck(s.root, set.Files[p.Path]); err != nil {
			return done, err
		}
		if err := p.rename(); err != nil {
			return done, err
		}
		s.pending = s.pending[1:]
		done = append(done, p.change)
	}
	return done, nil
}

// recheck reads the file again right before it is replaced, because an editor may have
// saved it meanwhile.
func (p *staged) recheck(root string, f File) error {
	now := change{Path: p.Path, Kind: p.Kind, New: p.New}
	if err := now.read(root); err != nil {
		return err
	}
	return now.refuse(f)
}

// renameAttempts bounds how often a temporary file is written again when other runs remove
// it. Each run removes leftovers once, at its start.
const renameAttempts = 20

// rename puts the temporary file in place. Another run that starts now may take the file
// for a leftover and remove it. Then rename writes it again.
func (p *staged) rename() error {
	for range renameAttempts {
		err := os.Rename(p.temp, p.target)
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if p.temp, err = writeTemp(&p.change); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s: other runs of authgen keep removing its temporary file; run one at a time", p.Path)
}

// discard removes temporary files that were not put in place, and the folders that were
// created for them.
func (s *stage) discard() {
	if len(s.pending) == 0 {
		return
	}
	for _, p := range s.pending {
		os.Remove(p.temp)
	}
	for _, dir := range slices.Backward(s.dirs) {
		os.Remove(dir) // fails, as intended, if it is not empty
	}
}

// removeOrphans removes the orphans among the changes, and returns them. It leaves a file
// that lost its header meanwhile.
func removeOrphans(changes []change) ([]change, error) {
	var removed []change
	for _, c := range changes {
		if c.Op != remove {
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

// sweep removes temporary files that a killed run left in the folders of the set, or
// beside the targets of symbolic links.
func sweep(root string, set Set, changes []change) error {
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
