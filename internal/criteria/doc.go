// Package criteria is what a read or a write is about: conditions on the columns of one
// table, and orders, as trees. Columns and predicates, which people name, make them;
// package runtime makes SQL of them.
package criteria
