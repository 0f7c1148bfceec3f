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

// Temporary files have a name that the go command skips and that no one else
// gives, with the process in it so that two runs never share one.
const tempFormat = ".authgen-%d-%08x.tmp"

var tempName = regexp.MustCompile(`^\.authgen-[0-9]+-[0-9a-f]{8}\.tmp$`)

// isTemp reports whether a file of that name is a temporary one of a run.
func isTemp(name string) bool { return tempName.MatchString(name) }

// writeTemp writes the new content of a change to a temporary file beside its
// target, with the permissions and the owner of the old file, and returns its
// path.
func writeTemp(c *Change) (string, error) {
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

// createTemp creates a file with a new name in a folder. Unlike those of
// os.CreateTemp its permissions are what the umask leaves of 0644.
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

// fill writes a change's content to f and closes it. What the user wrote is
// flushed to the disk before it is replaced, so that a power failure cannot
// take it; generated files can be generated again, and flushing hundreds of
// them would be most of a run's time.
func fill(f *os.File, c *Change) error {
	_, err := f.Write(c.New)
	if err == nil && c.Op == Replace {
		c.owner.give(f)
		err = f.Chmod(c.mode)
	}
	if err == nil && c.Kind == User {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
