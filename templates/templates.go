// Package templates holds the text that authgen hands out: presets, and the
// schema that a project starts with. No Go code lives in it.
package templates

import "embed"

// Presets holds the presets, one file each: the preset "better-auth/core" is
// presets/better-auth/core.yaml. A preset is written like a schema.yaml that
// has "tables", "events" or both and, where it builds on other presets, "use".
//
//go:embed presets/*/*.yaml
var Presets embed.FS

// Starter is the schema.yaml that "authgen init" writes. The line that begins
// with "use:" is the one to put other presets into.
//
//go:embed starter/schema.yaml
var Starter []byte

// Outbox holds the tables of the outbox: outbox/sqlite.sql and so on, one for
// each dialect. Each statement ends in ";" and a line break.
//
//go:embed outbox/*.sql
var Outbox embed.FS
