// Package plain generates the authgen contestant, from its schema.yaml.
package plain

//go:generate go tool authgen
