//go:build unix

package output

import (
	"io/fs"
	"os"
	"syscall"
)

// An owner is whose a file is.
type owner struct{ uid, gid int }

// ownerOf returns the owner of a file on disk.
func ownerOf(info fs.FileInfo) owner {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return owner{os.Geteuid(), os.Getegid()}
	}
	return owner{int(stat.Uid), int(stat.Gid)}
}

// give makes a new file the owner's. Only root can give a file away; for others
// it stays their own, as that of an editor does.
func (o owner) give(f *os.File) {
	if o != (owner{os.Geteuid(), os.Getegid()}) {
		_ = f.Chown(o.uid, o.gid)
	}
}
