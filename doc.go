// Package authgen has the names that programs use with generated packages: errors,
// predicates, options, events and jobs. It imports only the standard library.
//
// A generated package repeats most of these names, so that a program with one need not
// import this package too.
//
// The command is in cmd/authgen. Generated code calls package runtime, and package dialect
// speaks to the database. Rules with a letter and a number, for example U1, are in
// docs/semantics.md.
package authgen
