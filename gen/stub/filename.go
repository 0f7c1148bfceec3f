package stub

import (
	"go/build"
	"io"
	"strings"
)

// FileName returns the name of a Go file for a table, such as "user.go" for "user". It
// returns another name where that one would be a test (user_test.go), be built for one
// platform only (user_linux.go), or be skipped by the go command (_user.go). Names that
// differ only in a trailing "_table" stay different.
func FileName(table string) string {
	if strings.HasPrefix(table, "_") || strings.HasPrefix(table, ".") {
		table = "table" + table
	}
	bare := table
	for strings.HasSuffix(bare, "_table") {
		bare = strings.TrimSuffix(bare, "_table")
	}
	if !alwaysBuilt(bare + ".go") {
		table += "_table"
	}
	return table + ".go"
}

// alwaysBuilt reports whether a file of that name is part of every build. It asks
// go/build for a platform that does not exist, so that it needs no list of platforms.
func alwaysBuilt(name string) bool {
	nowhere := build.Context{
		GOOS:     "-",
		GOARCH:   "-",
		OpenFile: func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("package p\n")), nil },
	}
	match, err := nowhere.MatchFile("", name)
	return err == nil && match && !isTest(name)
}
