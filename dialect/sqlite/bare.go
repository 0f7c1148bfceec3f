package sqlite

import "strings"

// For each column of each result, modernc.org/sqlite copies the name and the declared type:
// two of the four allocations of a column. The runtime reads columns by index. So its
// statements are prepared with names of one byte, which need no allocation, and with
// expressions, which have no declared type.

const bareName = "_"

// bare returns a statement of the runtime's without the names of its result columns.
func bare(query string) string {
	const selecting, returning = "SELECT ", " RETURNING "
	if list, ok := strings.CutPrefix(query, selecting); ok {
		if columns, n, ok := bareList(list); ok && strings.HasPrefix(list[n:], " FROM ") {
			return selecting + columns + list[n:]
		}
		return query
	}
	if i := strings.LastIndex(query, returning); i >= 0 {
		list := query[i+len(returning):]
		if columns, n, ok := bareList(list); ok && n == len(list) {
			return query[:i] + returning + columns
		}
	}
	return query
}

// bareList renames the quoted names at the beginning of text, and returns their length. It
// changes nothing if ORDER BY could take a new name for one of the table's.
func bareList(text string) (list string, n int, ok bool) {
	var b strings.Builder
	for {
		end := nameEnd(text[n:])
		if end == 0 || text[n:n+end] == "`"+bareName+"`" {
			return "", 0, false
		}
		b.WriteString("+" + text[n:n+end] + " AS " + bareName)
		n += end
		if !strings.HasPrefix(text[n:], ", ") {
			return b.String(), n, true
		}
		b.WriteString(", ")
		n += len(", ")
	}
}

// nameEnd returns the length of the quoted name at the beginning of text, or 0.
func nameEnd(text string) int {
	if !strings.HasPrefix(text, "`") {
		return 0
	}
	for i := 1; i < len(text); i++ {
		if text[i] != '`' {
			continue
		}
		if i+1 < len(text) && text[i+1] == '`' {
			i++ // a quote in the name
			continue
		}
		return i + 1
	}
	return 0
}
