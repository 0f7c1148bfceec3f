package yamlfault

import (
	"strings"

	"github.com/authgen/authgen/gen/schema/internal/wording"
	"github.com/authgen/authgen/gen/schema/internal/yamlline"
)

// escapes are the letters that may follow "\" in double quotes, without those that need
// digits.
const escapes = "0abt\tnvfre \"/\\N_LP"

// quoted skips a text in quotes, which may have several lines. It returns where the text
// begins and ends.
func (r *reader) quoted(at int) (row, end int, ok bool) {
	row, mark := r.row, r.lines[r.row][at]
	for i := at + 1; ; i++ {
		line := r.lines[r.row]
		switch {
		case i >= len(line):
			if r.row+1 == len(r.lines) {
				return row, 0, r.fail(row, at, "the quote that opens here is never closed")
			}
			r.row++
			i = -1
		case line[i] == mark && mark == '\'' && strings.HasPrefix(line[i+1:], "'"):
			i++
		case line[i] == mark:
			return row, i + 1, true
		case line[i] == '\\' && mark == '"' && i+1 < len(line):
			length := escapeLength(line[i+1:])
			if length == 0 {
				return row, 0, r.fail(r.row, i, wording.Quote(firstRune(line[i+1:]))+` cannot follow "\" in double quotes; put the text in single quotes, in which "\" has no meaning`)
			}
			i += length
		}
	}
}

// escapeLength returns the length of an escape without its "\"; 0 if it is not one.
func escapeLength(rest string) int {
	if strings.IndexByte(escapes, rest[0]) >= 0 {
		return 1
	}
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[rest[0]]
	if digits == 0 || len(rest) <= digits || strings.Trim(rest[1:1+digits], "0123456789abcdefABCDEF") != "" {
		return 0
	}
	return 1 + digits
}

// firstRune returns the first character of a text.
func firstRune(text string) string {
	for _, r := range text {
		return string(r)
	}
	return ""
}

// afterQuote reports what follows a text in quotes and is not a comment.
func (r *reader) afterQuote(row, at, end int) bool {
	line := r.lines[r.row]
	if yamlline.IsEmpty(line[end:]) {
		return true
	}
	return r.quoteEnds(row, at, end)
}

// quoteEnds reports a text in quotes that ends too soon or too late.
func (r *reader) quoteEnds(row, at, end int) bool {
	switch mark := r.lines[row][at]; {
	case row != r.row:
		return r.fail(row, at, "the quote that opens here is not closed in its line")
	case mark == '\'':
		return r.fail(row, end-1, `the text in quotes ends here; write '' for a single quote in it`)
	}
	return r.fail(row, end-1, `the text in quotes ends here; write \" for a double quote in it`)
}
