package yamltree

import (
	"strings"

	"github.com/authgen/authgen/gen/schema/internal/yamlline"
)

// maxIndent is how deep a key with a comment can be. Without it the search for comments
// would take quadratic time in a file that is one endless line.
const maxIndent = 200

// doc returns the comment that belongs to a key: the comment lines directly above it
// that begin in its column, or, without such lines, the comment behind it. A key that
// is not the first on its line has no comment.
//
// It reads the lines itself, because each version of the parser attaches comments to
// other nodes. A "#" above the key and in its column cannot be part of a block of
// text, which would have to be indented deeper.
func (s *Source) doc(key *Node) string {
	row := key.Line - 1
	if row < 0 || row >= len(s.lines) || key.Column > maxIndent || yamlline.Indent(s.lines[row])+1 != key.Column {
		return ""
	}
	first := row
	for first > 0 && isComment(s.lines[first-1], key.Column) {
		first--
	}
	if first == row {
		return uncomment(yamlline.Comment(s.lines[row][key.Column-1:]))
	}
	lines := make([]string, 0, row-first)
	for _, l := range s.lines[first:row] {
		lines = append(lines, uncomment(l[key.Column-1:]))
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

func isComment(line string, column int) bool {
	return yamlline.Indent(line)+1 == column && strings.HasPrefix(line[column-1:], "#")
}

// uncomment strips "#" and one space.
func uncomment(comment string) string {
	return strings.TrimRight(strings.TrimPrefix(strings.TrimPrefix(comment, "#"), " "), " \t")
}
