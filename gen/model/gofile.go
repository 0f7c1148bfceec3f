package model

import (
	"go/build"
	"io"
	"strings"
)

// fixedFiles are the files of a package that do not belong to a table.
var fixedFiles = map[string]bool{"db.go": true, "vocabulary.go": true, "triggers.go": true, "schema.go": true, "events.go": true, "doc.go": true}

// goFile returns the name of a file that is part of every build. Where the
// plain name would be a test (user_test.go), or be built for one platform only
// (user_linux.go), it is another.
func goFile(snake string) string {
	name := snake + ".go"
	if strings.HasSuffix(snake, "_test") || !alwaysBuilt(name) {
		name = snake + "_table.go"
	}
	return name
}

// alwaysBuilt asks go/build on behalf of a platform that does not exist, so
// that the list of platforms is Go's own.
func alwaysBuilt(name string) bool {
	if !strings.Contains(name, "_") {
		return true // a platform's name counts behind an underscore only
	}
	nowhere := build.Context{
		GOOS: "-", GOARCH: "-",
		OpenFile: func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("package p\n")), nil },
	}
	match, err := nowhere.MatchFile("", name)
	return err == nil && match
}
