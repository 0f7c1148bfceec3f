// Package cost counts the statements, round trips and allocations of operations, which do not
// depend on the machine.
package cost

//go:generate go tool authgen
