// Package runtime is called by generated code, and is not for use by hand: it may change
// with any generation of the code.
//
// Programs use package authgen, at the top of the module. Package runtime imports only the
// packages of the module and the standard library. One of the packages below dialect, for
// example dialect/sqlite, adds a database.
//
// The rules it keeps carry a letter and a number, for example U1. They are listed
// in docs/semantics.md, and the conformance suite names its cases after them.
package runtime

// Generation1 is the handshake between generated code and this package. Every
// generated package refers to the constant of the generation that it was
// written for.
//
// If the compiler says that it is undefined, the generated code and the
// version of github.com/authgen/authgen in go.mod do not fit each other: run
// go generate again, or upgrade the module to the version of the generator.
const Generation1 = true
