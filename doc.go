// Package authgen is the vocabulary of the packages that the command authgen generates:
// what a program names in its own code, be it that it writes triggers, observes what the
// adapter does, or receives events. It imports nothing but the standard library.
//
// A generated package has most of these names again, so that a program that has one
// imports that alone.
//
// The command itself is in cmd/authgen, what generated code calls in runtime, what speaks
// to a database in dialect. The rules that carry a letter and a number, for example U1,
// are listed in docs/semantics.md.
package authgen
