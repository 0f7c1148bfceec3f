// Package onuser generates the authgen contestant, from its schema.yaml.
package onuser

//go:generate go tool authgen
