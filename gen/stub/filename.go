package stub

import (
	"go/build"
	"io"
	"strings"
)

// FileName returns the name of a Go file for a table, such as "user.go" for
// "user". Where the plain name would be a test or be built for one platform
// only (user_test.go, user_linux.go), or be skipped by the go command
// (_user.go), it returns another. Names that differ only in a trailing
// "_table" stay different.
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

// alwaysBuilt reports whether a file of that name is part of every build. It
// asks go/build on behalf of a platform that does not exist, so that the list
// of platforms is Go's own.
func alwaysBuilt(name string) bool {
	nowhere := build.Context{
		GOOS:     "-",
		GOARCH:   "-",
		OpenFile: func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("package p\n")), nil },
	}
	match, err := nowhere.MatchFile("", name)
	return err == nil && match && !isTest(name)
}
