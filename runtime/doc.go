// Package runtime is what the packages that authgen generates call: the unit
// of work, values, predicates and errors.
//
// Generated code re-exports what a program needs of it, so that user code
// imports the generated package only; an observer, which names the kinds of
// steps, imports this one too. Package runtime itself imports nothing
// but the standard library; a database is added by one of the packages below
// it, dialect/sqlite for one.
//
// The rules it keeps carry a letter and a number, U1 for one. They are listed
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
