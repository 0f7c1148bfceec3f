// Command quickstart generates an adapter for its schema.yaml and runs it on an
// embedded SQLite file, printing what each write does.
package main

//go:generate go tool authgen
