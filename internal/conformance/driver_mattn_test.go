//go:build mattn

package conformance

import _ "github.com/mattn/go-sqlite3" // go test -tags mattn, with cgo
