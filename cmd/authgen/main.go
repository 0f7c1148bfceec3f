// Authgen generates a typed database package with triggers from schema.yaml.
//
// Run "authgen --help" for what it does, and "authgen init" to begin.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
