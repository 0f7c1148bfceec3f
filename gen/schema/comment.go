package schema

import "strings"

// maxIndent is how deep a key with a comment can be. It keeps the search for
// comments linear in files of one endless line.
const maxIndent = 200

// doc returns the comment that belongs to a key: the lines directly above
// it that begin in its column, else what stands behind it on its line. A key
// that is not the first on its line has none.
//
// It is read off the lines, because a parser attaches comments to whichever
// node is at hand, differently in each version. A line above the key that
// begins in the key's column with "#" cannot be part of a block of text: that
// would have to be indented deeper.
func (s *source) doc(key *node) string {
	row := key.line - 1
	if row < 0 || row >= len(s.lines) || key.column > maxIndent || indent(s.lines[row])+1 != key.column {
		return ""
	}
	first := row
	for first > 0 && isComment(s.lines[first-1], key.column) {
		first--
	}
	if first == row {
		return uncomment(behind(s.lines[row][key.column-1:]))
	}
	lines := make([]string, 0, row-first)
	for _, l := range s.lines[first:row] {
		lines = append(lines, uncomment(l[key.column-1:]))
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

func isComment(line string, column int) bool {
	return indent(line)+1 == column && strings.HasPrefix(line[column-1:], "#")
}

// uncomment strips "#" and one space.
func uncomment(comment string) string {
	return strings.TrimRight(strings.TrimPrefix(strings.TrimPrefix(comment, "#"), " "), " \t")
}

// behind returns the comment at the end of a line of YAML, from its "#" on.
// A "#" in quotes, or without a space before it, begins none.
func behind(line string) string {
	tokenStart := true
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '#' && i > 0 && (line[i-1] == ' ' || line[i-1] == '\t'):
			return line[i:]
		case (c == '"' || c == '\'') && tokenStart:
			length := quotedLength(line[i:])
			if length == 0 {
				return "" // goes on in the next line
			}
			i += length - 1
			tokenStart = false
		case c == ' ' || c == '\t':
		default:
			tokenStart = strings.IndexByte(":,[{-?", c) >= 0
		}
	}
	return ""
}

// quotedLength returns the length of the quoted scalar that s begins with, 0
// if it does not end in s.
func quotedLength(s string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && s[0] == '"':
			i++
		case s[i] == s[0] && s[0] == '\'' && strings.HasPrefix(s[i+1:], "'"):
			i++
		case s[i] == s[0]:
			return i + 1
		}
	}
	return 0
}
