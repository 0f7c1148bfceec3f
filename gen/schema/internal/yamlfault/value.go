package yamlfault

import (
	"strings"

	"github.com/authgen/authgen/gen/schema/internal/wording"
	"github.com/authgen/authgen/gen/schema/internal/yamlline"
)

// value reads a value that begins at a byte of the line.
func (f *finder) value(at int) bool {
	line := f.lines[f.row]
	for line[at] == '&' || line[at] == '!' {
		if line[at] == '&' && !yamlline.IsAnchor(line, at) {
			return f.fail(f.row, at, quotesFor(f.key)+meaning("&"))
		}
		at = yamlline.SkipSpaces(line, yamlline.WordEnd(line, at))
		if yamlline.IsEmpty(line[at:]) {
			f.last = isOpen
			return true
		}
	}
	f.last = isOver
	rest := line[at:]
	switch rest[0] {
	case '"', '\'':
		row, end, ok := f.quoted(at)
		return ok && f.afterQuote(row, at, end)
	case '[', '{':
		row, end, ok := f.brackets(at)
		return ok && f.afterBracket(row, at, end)
	case '|', '>':
		return f.blockText(at)
	}
	switch {
	case yamlline.IsItem(rest):
		return f.fail(f.row, at, `a list begins in the line below its key; or write it in brackets, [a, b]`)
	case yamlline.KeyEnd(rest) >= 0:
		return f.fail(f.row, at, quotesFor(f.key)+colonInText)
	case !mayBegin(rest):
		return f.fail(f.row, at, quotesFor(f.key)+meaning(rest[:1]))
	}
	if rest[0] != '*' && yamlline.Comment(rest) == "" {
		f.last = isText
	}
	return true
}

// quotesFor returns the beginning of a message about a text that needs quotes.
func quotesFor(key string) string {
	if key == "" {
		return "put this text in single quotes"
	}
	return "put the value of " + wording.Quote(key) + " in single quotes"
}

const colonInText = `: ": " in it begins another value`

// meaning returns the end of a message about a text that needs quotes.
func meaning(mark string) string {
	return ": " + wording.Quote(mark) + " has a meaning of its own in YAML"
}

// blockText skips a block of text, which is indented deeper than its key.
func (f *finder) blockText(at int) bool {
	header, _, _ := strings.Cut(f.lines[f.row][at+1:], " #")
	if strings.Trim(header, "+-0123456789 \t") != "" {
		return f.fail(f.row, at, quotesFor(f.key)+": "+wording.Quote(f.lines[f.row][at:at+1])+" begins a text in the lines below")
	}
	for f.row+1 < len(f.lines) {
		next := f.lines[f.row+1]
		if strings.TrimSpace(next) != "" && yamlline.Indent(next) <= f.top().indent {
			break
		}
		f.row++
	}
	return true
}

// mayBegin tells whether a text without quotes may begin so.
func mayBegin(rest string) bool {
	if rest[0] == '*' {
		return yamlline.IsAnchor(rest, 0) && yamlline.IsEmpty(rest[yamlline.WordEnd(rest, 0):])
	}
	return strings.IndexByte("@`%]},", rest[0]) < 0 && (len(rest) > 1 || rest[0] != '?')
}

// mayBeginKey tells whether a key may begin so.
func mayBeginKey(rest string) bool {
	if rest[0] == '*' || rest[0] == '&' {
		return yamlline.IsAnchor(rest, 0)
	}
	return strings.IndexByte("@`%]},|>", rest[0]) < 0
}
