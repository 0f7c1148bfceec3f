//go:build !unix

package output

import (
	"io/fs"
	"os"
)

// An owner is the owner of a file. Here a new file inherits it from its folder.
type owner struct{}

func ownerOf(fs.FileInfo) owner { return owner{} }

func (owner) give(*os.File) {}
