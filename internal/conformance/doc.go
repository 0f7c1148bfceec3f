// Package conformance tests the contract of the generated adapter,
// docs/semantics.md, on every database. Its case names begin with the rule's
// letter and number.
package conformance

//go:generate go tool authgen
