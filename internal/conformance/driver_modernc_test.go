//go:build !mattn

package conformance

import _ "modernc.org/sqlite" // the default driver, without cgo
