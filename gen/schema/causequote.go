package schema

import "strings"

// escapes are the letters that may follow "\" in double quotes, but for those
// that are followed by digits.
const escapes = "0abt\tnvfre \"/\\N_LP"

// quoted skips a text in quotes, which may go on in further lines, and returns
// where it began and where it ends.
func (f *causeFinder) quoted(at int) (row, end int, ok bool) {
	row, mark := f.row, f.lines[f.row][at]
	for i := at + 1; ; i++ {
		line := f.lines[f.row]
		switch {
		case i >= len(line):
			if f.row+1 == len(f.lines) {
				return row, 0, f.fail(row, at, "the quote that opens here is never closed")
			}
			f.row++
			i = -1
		case line[i] == mark && mark == '\'' && strings.HasPrefix(line[i+1:], "'"):
			i++
		case line[i] == mark:
			return row, i + 1, true
		case line[i] == '\\' && mark == '"' && i+1 < len(line):
			length := escapeLength(line[i+1:])
			if length == 0 {
				return row, 0, f.fail(f.row, i, quote(firstRune(line[i+1:]))+` cannot follow "\" in double quotes; put the text in single quotes, in which "\" has no meaning`)
			}
			i += length
		}
	}
}

// escapeLength returns how long an escape is behind its "\"; 0 if it is none.
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

// afterQuote reports what follows a text in quotes and is no comment.
func (f *causeFinder) afterQuote(row, at, end int) bool {
	line := f.lines[f.row]
	if isNothing(line[end:]) {
		return true
	}
	return f.quoteEnds(row, at, end)
}

// quoteEnds reports a text in quotes that ends too soon or too late.
func (f *causeFinder) quoteEnds(row, at, end int) bool {
	switch mark := f.lines[row][at]; {
	case row != f.row:
		return f.fail(row, at, "the quote that opens here is not closed in its line")
	case mark == '\'':
		return f.fail(row, end-1, `the text in quotes ends here; write '' for a single quote in it`)
	}
	return f.fail(row, end-1, `the text in quotes ends here; write \" for a double quote in it`)
}
