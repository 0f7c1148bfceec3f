package main

import (
	"errors"
	"testing"
)

// TestOpenErrorIsOneLine holds that no line of a driver's is said twice.
func TestOpenErrorIsOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"open: postgres: failed to connect to `user=a`:\n\t127.0.0.1:1: refused\n\t127.0.0.1:1: refused": "cannot open db: postgres: failed to connect to `user=a`: 127.0.0.1:1: refused",
		"open: a is off\nb is off": "cannot open db: a is off; b is off",
		"open: no such host":       "cannot open db: no such host",
	} {
		if got := (&openError{"db", errors.New(text)}).Error(); got != want {
			t.Errorf("%s", got)
		}
	}
}
