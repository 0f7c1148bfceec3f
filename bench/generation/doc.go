// Package generation measures what it takes to generate code for many tables,
// and to compile it: with authgen and with the peers that generate.
package generation
