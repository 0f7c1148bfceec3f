package output

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
)

// Temporary files have names that the go command skips and nobody else uses. A name
// includes the process id, so that two runs never share a file.
const tempFormat = ".authgen-%d-%08x.tmp"

var tempName = regexp.MustCompile(`^\.authgen-[0-9]+-[0-9a-f]{8}\.tmp$`)

// isTemp reports whether a file of that name is a temporary file of a run.
func isTemp(name string) bool { return tempName.MatchString(name) }

// writeTemp writes the new content of a change to a temporary file beside its target, and
// returns its path. The file gets the permissions and the owner of the old one.
func writeTemp(c *change) (string, error) {
	f, err := createTemp(filepath.Dir(c.target))
	if err != nil {
		return "", err
	}
	if err := fill(f, c); err != nil {
		os.Remove(f.Name())
		return "", fmt.Errorf("%s: %w", c.Path, err)
	}
	return f.Name(), nil
}

// createTemp creates a file with a new name in a folder. Its permissions are 0644 less the
// umask, unlike those of os.CreateTemp.
func createTemp(dir string) (*os.File, error) {
	for {
		name := filepath.Join(dir, fmt.Sprintf(tempFormat, os.Getpid(), rand.Uint32()))
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("cannot write to the folder %s: %w", dir, errors.Unwrap(err))
		}
		return f, nil
	}
}

// fill writes the content of a change to f and closes it. It flushes a file of the user's
// to the disk, so that a power failure cannot lose it. Generated files can be generated
// again, and flushing hundreds of them would take most of the time of a run.
func fill(f *os.File, c *change) error {
	_, err := f.Write(c.New)
	if err == nil && c.Op == replace {
		c.owner.give(f)
		err = f.Chmod(c.mode)
	}
	if err == nil && c.Kind == User {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
