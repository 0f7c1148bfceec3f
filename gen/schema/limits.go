package schema

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxSize is how many bytes a schema.yaml has at most.
const MaxSize = 4 << 20

// Limits of a schema.yaml. They are far above what anyone writes by hand and
// low enough that reading a file that hits them stays within a second and some
// hundred megabytes.
const (
	maxMarks   = 1_000_000 // characters that can begin a YAML node
	maxNodes   = 1_000_000 // YAML nodes, each alias counted as what it stands for
	maxDepth   = 64        // lists and mappings within each other
	maxKey     = 63        // characters of a key
	maxFields  = 1000      // of a table
	maxTables  = 10_000
	maxIndexed = 16 // fields of an index
	maxPattern = 1000
	maxQuoted  = 60 // characters of the user's text that a message repeats
)

// minimal is what a message about an empty file shows.
const minimal = `version: 1, out: ./auth, use: [better-auth/core]`

// checkBytes refuses what should not even be handed to a YAML parser: it is
// linear in src, the parser is not always.
func checkBytes(src string) (Problem, bool) {
	start := Pos{Line: 1, Column: 1}
	if len(src) > MaxSize {
		return Problem{start, "the file is larger than 4 MiB; a schema of thousands of tables needs less"}, false
	}
	line, column, marks := 1, 1, 0
	for i, r := range src {
		here := Pos{Line: line, Column: column}
		if r == utf8.RuneError {
			if _, width := utf8.DecodeRuneInString(src[i:]); width == 1 {
				return Problem{here, "this is not UTF-8; save the file in that encoding"}, false
			}
		}
		if complaint := strayCharacter(r, src[i:]); complaint != "" {
			return Problem{here, complaint}, false
		}
		if strings.ContainsRune(",:-?[{", r) {
			marks++
		}
		column++
		if r == '\n' {
			line, column = line+1, 1
			marks++
		}
	}
	if marks > maxMarks {
		return Problem{start, "the file holds more than a million values"}, false
	}
	return Problem{}, true
}

// strayCharacter says what is wrong with a character that YAML forbids, that
// YAML takes for a line break where editors see none, so that positions would be
// wrong in every message, or that shows text in another order.
func strayCharacter(r rune, rest string) string {
	switch {
	case r == '\t' || r == '\n':
		return ""
	case r == '\r':
		if strings.HasPrefix(rest, "\r\n") {
			return ""
		}
		return "a carriage return without a line feed; save the file with LF or CRLF line ends"
	case isTurning(r):
		return "an invisible character (" + codePoint(r) + "); remove it"
	case unicode.IsControl(r) || r == '\uFFFE' || r == '\uFFFF':
		return "a control character (" + codePoint(r) + "); remove it"
	}
	return ""
}
