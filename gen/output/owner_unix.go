//go:build unix

package output

import (
	"io/fs"
	"os"
	"syscall"
)

// An owner is the owner of a file.
type owner struct{ uid, gid int }

// ownerOf returns the owner of a file on disk.
func ownerOf(info fs.FileInfo) owner {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return owner{os.Geteuid(), os.Getegid()}
	}
	return owner{int(stat.Uid), int(stat.Gid)}
}

// give gives a new file to the owner. Only root can do that. Other users keep the file, as
// they do when an editor saves it.
func (o owner) give(f *os.File) {
	if o != (owner{os.Geteuid(), os.Getegid()}) {
		_ = f.Chown(o.uid, o.gid)
	}
}
