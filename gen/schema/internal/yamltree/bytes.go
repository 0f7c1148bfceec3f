package yamltree

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/authgen/authgen/gen/schema/internal/problem"
	"github.com/authgen/authgen/gen/schema/internal/wording"
)

// MaxSize is how many bytes a schema.yaml has at most.
const MaxSize = 4 << 20

// Limits of a file. They are far above what anyone writes by hand and low enough
// that reading a file that hits them stays within a second and some hundred
// megabytes.
const (
	maxMarks = 1_000_000 // characters that can begin a YAML node
	maxNodes = 1_000_000 // nodes, where an alias counts as everything that it stands for
	maxDepth = 64        // levels of lists and mappings
)

// checkBytes refuses text that the YAML parser should never see. It takes time in
// proportion to the text, which the parser does not always do.
func checkBytes(src string) (problem.Problem, bool) {
	start := problem.Pos{Line: 1, Column: 1}
	if len(src) > MaxSize {
		return problem.Problem{Pos: start, Message: "the file is larger than 4 MiB; a schema of thousands of tables needs less"}, false
	}
	line, column, marks := 1, 1, 0
	for i, r := range src {
		here := problem.Pos{Line: line, Column: column}
		if r == utf8.RuneError {
			if _, width := utf8.DecodeRuneInString(src[i:]); width == 1 {
				return problem.Problem{Pos: here, Message: "this is not UTF-8; save the file in that encoding"}, false
			}
		}
		if complaint := strayCharacter(r, src[i:]); complaint != "" {
			return problem.Problem{Pos: here, Message: complaint}, false
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
		return problem.Problem{Pos: start, Message: "the file holds more than a million values"}, false
	}
	return problem.Problem{}, true
}

// strayCharacter says what is wrong with a character, or nothing. It refuses
// characters that YAML forbids; those that YAML takes for a line break and editors do
// not, because they would make the line numbers of all messages wrong; and those that
// make text show in another order.
func strayCharacter(r rune, rest string) string {
	switch {
	case r == '\t' || r == '\n':
		return ""
	case r == '\r':
		if strings.HasPrefix(rest, "\r\n") {
			return ""
		}
		return "a carriage return without a line feed; save the file with LF or CRLF line ends"
	case wording.IsMisleading(r):
		return "an invisible character (" + wording.CodePoint(r) + "); remove it"
	case unicode.IsControl(r) || r == '\uFFFE' || r == '\uFFFF':
		return "a control character (" + wording.CodePoint(r) + "); remove it"
	}
	return ""
}
