// Authgenctl looks at the databases of programs that authgen generated code for, and
// mends them.
//
// Run "authgenctl --help" for what it does.
package main

import (
	"os"

	"github.com/authgen/authgen/internal/cli"
)

func main() {
	os.Exit(cli.Run(newRoot, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
