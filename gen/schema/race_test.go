//go:build race

package schema_test

// raceDetector: it allocates memory itself, so memory is not checked.
const raceDetector = true
