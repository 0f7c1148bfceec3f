// Package onsession generates the authgen contestant, from its schema.yaml.
package onsession

//go:generate go tool authgen
