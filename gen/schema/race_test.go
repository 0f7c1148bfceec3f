//go:build race

package schema_test

// raceDetector: it allocates for itself, so that memory says nothing.
const raceDetector = true
