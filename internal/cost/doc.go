// Package cost counts what an operation costs, where a count does not depend on
// the machine: statements, round trips and allocations.
package cost

//go:generate go tool authgen
