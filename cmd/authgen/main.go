// Authgen generates a typed database package with triggers from schema.yaml.
//
// Run "authgen --help" for what it does, and "authgen init" to begin.
package main

import (
	"os"

	"github.com/authgen/authgen/internal/cli"
)

func main() {
	os.Exit(cli.Run(newRoot, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
