//go:build !unix

package output

import (
	"io/fs"
	"os"
)

// An owner is whose a file is, which here a new file inherits from its folder.
type owner struct{}

func ownerOf(fs.FileInfo) owner { return owner{} }

func (owner) give(*os.File) {}
