package main

import (
	"fmt"

	"github.com/authgen/authgen/internal/cli"
)

const versionHelp = `Version prints the version of authgen, the generation of its code, and the Go
version that it was built with. A program has to link a runtime that knows the
generation of its generated code.`

// versionText returns what version prints.
func versionText() string {
	version, goVersion := cli.BuiltOf()
	return fmt.Sprintf("authgen %s\ngeneration %s\n%s\n", version, generation, goVersion)
}
