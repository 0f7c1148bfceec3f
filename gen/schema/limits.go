package schema

import "github.com/authgen/authgen/gen/schema/internal/yamltree"

// Limits of a schema, far above what anyone writes by hand. Package yamltree has the
// limits of the file.
const (
	maxFields  = 1000   // fields of a table
	maxTables  = 10_000 // tables, and events
	maxIndexed = 16     // fields of an index
	maxPattern = 1000   // bytes of a pattern
)

// minimal is the smallest schema, for messages.
const minimal = `version: 1, out: ./auth, use: [better-auth/core]`

// MaxSize is how many bytes a schema.yaml has at most.
const MaxSize = yamltree.MaxSize
