// Package templates has the files that authgen embeds: presets, the first schema of a
// project, and the tables of the outbox.
package templates

import "embed"

// Presets has one file for each preset: the preset "better-auth/core" is
// presets/better-auth/core.yaml. A preset is like a schema.yaml with "tables", "events" or
// both and, if it builds on other presets, "use".
//
//go:embed presets/*/*.yaml
var Presets embed.FS

// Starter is the schema.yaml that "authgen init" writes. Init replaces the line that begins
// with "use:".
//
//go:embed starter/schema.yaml
var Starter []byte

// Outbox has the tables of the outbox, with one file for each dialect, such as
// outbox/sqlite.sql. Each statement ends in ";" and a line break.
//
//go:embed outbox/*.sql
var Outbox embed.FS
