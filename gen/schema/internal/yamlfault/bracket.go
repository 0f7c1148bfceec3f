package yamlfault

import (
	"strings"

	"github.com/authgen/authgen/gen/schema/internal/wording"
	"github.com/authgen/authgen/gen/schema/internal/yamlline"
)

// A bracketReader reads a list or mapping in brackets, which may have several lines.
type bracketReader struct {
	*reader
	at    int        // the current byte of the line
	start int        // the byte of the first token in the line; -1 in the line of the first bracket
	stack []*bracket // the open brackets, the innermost last
}

// A bracket is an open "[" or "{", and what it has behind the last comma.
type bracket struct {
	spot
	closer byte
	keyed  bool   // it has a ":"
	key    string // the text before the ":"
	has    thing  // what is behind the ":", or without one all there is
	begin  spot   // of the thing
	end    spot   // behind the thing
}

// A spot is a byte of a line.
type spot struct{ row, at int }

// A thing is what is between two marks, such as commas.
type thing int

const (
	nothing thing = iota
	plain         // a text without quotes
	inQuotes
	whole // brackets, or an alias
)

// brackets reads the brackets that open at a byte of the line. It returns where they
// open and where they end.
func (f *finder) brackets(at int) (row, end int, ok bool) {
	row = f.row
	r := &bracketReader{reader: f.reader, at: at, start: -1}
	for ok = r.open(); ok && len(r.stack) > 0; {
		ok = r.next() && r.token()
	}
	return row, r.at, ok
}

func (r *bracketReader) inner() *bracket { return r.stack[len(r.stack)-1] }

// open takes an opening bracket.
func (r *bracketReader) open() bool {
	closer := byte(']')
	if r.lines[r.row][r.at] == '{' {
		closer = '}'
	}
	r.stack = append(r.stack, &bracket{spot: spot{r.row, r.at}, closer: closer})
	r.at++
	return len(r.stack) < maxOpen
}

// next goes to the next token, in this line or a later one.
func (r *bracketReader) next() bool {
	for {
		line := r.lines[r.row]
		r.at = yamlline.SkipSpaces(line, r.at)
		if r.at < len(line) && (line[r.at] != '#' || r.at > 0 && !yamlline.IsSpace(line[r.at-1])) {
			return true
		}
		if r.row+1 == len(r.lines) {
			return r.unclosed(r.inner())
		}
		r.row++
		r.at = 0
		r.start = yamlline.SkipSpaces(r.lines[r.row], 0)
	}
}

// token takes one token.
func (r *bracketReader) token() bool {
	b, line := r.inner(), r.lines[r.row]
	switch c := line[r.at]; {
	case r.isBeside(b):
		return r.unclosed(b)
	case c == b.closer:
		r.at++
		r.stack = r.stack[:len(r.stack)-1]
		if len(r.stack) > 0 {
			r.put(whole, b.spot)
		}
	case c == ']' || c == '}':
		return r.wrongCloser(c)
	case c == ',':
		if b.has == nothing && !b.keyed {
			return r.fail(r.row, r.at, "a value is missing before this comma")
		}
		*b = bracket{spot: b.spot, closer: b.closer}
		r.at++
	case c == ':':
		if b.keyed || b.has != nothing && b.begin.row != r.row {
			return r.secondColon(b)
		}
		if b.has != nothing {
			b.key = strings.Trim(line[b.begin.at:b.end.at], ` "'`)
		}
		b.keyed, b.has = true, nothing
		r.at++
	case b.has == plain && b.end.row != r.row && mayBeginInBrackets(line[r.at:]): // the text goes on in this line
		r.at = plainEnd(line, r.at)
		r.put(plain, b.begin)
	case b.has != nothing:
		return r.goesOn(b)
	default:
		return r.begin(c)
	}
	return true
}

// begin takes the first token of a key or value.
func (r *bracketReader) begin(c byte) bool {
	line, from := r.lines[r.row], spot{r.row, r.at}
	switch {
	case c == '"' || c == '\'':
		_, end, ok := r.quoted(r.at)
		if !ok {
			return false
		}
		r.at = end
		r.put(inQuotes, from)
	case c == '[' || c == '{':
		return r.open()
	case c == '!' || c == '&' && yamlline.IsAnchor(line, r.at):
		r.at = yamlline.WordEnd(line, r.at)
	case c == '*' && yamlline.IsAnchor(line, r.at):
		r.at = yamlline.WordEnd(line, r.at)
		r.put(whole, from)
	case !mayBeginInBrackets(line[r.at:]):
		return r.fail(r.row, r.at, quotesFor(r.inner().valueOf())+meaning(firstRune(line[r.at:])))
	default:
		r.at = plainEnd(line, r.at)
		r.put(plain, from)
	}
	return true
}

// put records the thing that ends here.
func (r *bracketReader) put(t thing, begin spot) {
	b := r.inner()
	b.has, b.begin, b.end = t, begin, spot{r.row, r.at}
}

// isBeside tells whether a line begins here with a key that is not indented deeper than
// the line of the bracket. Its author took the bracket for closed.
func (r *bracketReader) isBeside(b *bracket) bool {
	return r.at == r.start && r.row > b.row && r.at <= yamlline.Indent(r.lines[b.row]) && yamlline.KeyEnd(r.lines[r.row][r.at:]) >= 0
}

// valueOf returns the key whose value is being read. It is empty outside of values.
func (b *bracket) valueOf() string {
	if !b.keyed {
		return ""
	}
	return b.key
}

// unclosed reports a bracket that is never closed.
func (r *bracketReader) unclosed(b *bracket) bool {
	return r.fail(b.row, b.at, wording.Quote(r.lines[b.row][b.at:b.at+1])+" is never closed; its "+wording.Quote(string(b.closer))+" is missing")
}

// wrongCloser reports a closing bracket that does not fit the innermost open one.
func (r *bracketReader) wrongCloser(c byte) bool {
	for _, outer := range r.stack {
		if outer.closer == c {
			return r.unclosed(r.inner())
		}
	}
	if r.inner().has != nothing {
		return r.goesOn(r.inner())
	}
	return r.fail(r.row, r.at, wording.Quote(string(c))+" closes nothing; remove it")
}

// secondColon reports a ":" in an entry that has one already, or that began in a line
// above.
func (r *bracketReader) secondColon(b *bracket) bool {
	line := r.lines[r.row]
	switch {
	case b.has != nothing && (b.begin.row != r.row || b.end.row != r.row):
		return r.commaAbove(b, yamlline.Indent(line))
	case b.has != plain:
		return r.fail(r.row, r.at, `":" is here without a key before it; a text that has one needs quotes`)
	}
	text := line[b.begin.at:b.end.at]
	if i := strings.LastIndexAny(text, " \t") + 1; i > 0 {
		return r.fail(r.row, b.begin.at+i, "a comma is missing before "+wording.Quote(text[i:])+"; or the value of "+wording.Quote(b.key)+" needs quotes")
	}
	return r.fail(r.row, b.begin.at, quotesFor(b.key)+colonInText)
}

// goesOn reports what follows a complete entry without a comma.
func (r *bracketReader) goesOn(b *bracket) bool {
	adjacent := b.end == spot{r.row, r.at}
	switch {
	case b.end.row != r.row:
		return r.commaAbove(b, r.at)
	case b.has == inQuotes && adjacent:
		return r.quoteEnds(b.begin.row, b.begin.at, b.end.at)
	case b.has == plain:
		return r.fail(b.begin.row, b.begin.at, quotesFor(b.valueOf())+meaning(firstRune(r.lines[r.row][r.at:])))
	case adjacent && b.begin.row == r.row:
		return r.fail(b.begin.row, b.begin.at, quotesFor(b.valueOf())+meaning(firstRune(r.lines[r.row][b.begin.at:])))
	}
	return r.fail(r.row, r.at, "a comma is missing before this")
}

// commaAbove reports a line that continues an entry of the line above.
func (r *bracketReader) commaAbove(b *bracket, at int) bool {
	if yamlline.Indent(r.lines[r.row]) <= yamlline.Indent(r.lines[b.row]) {
		return r.unclosed(b)
	}
	return r.fail(r.row, at, "a comma is missing before this, at the end of the line above")
}

// afterBracket reports what follows brackets and is not a comment.
func (f *finder) afterBracket(row, at, end int) bool {
	line := f.lines[f.row]
	switch {
	case yamlline.IsEmpty(line[end:]):
		return true
	case line[end] == ']' || line[end] == '}':
		return f.fail(f.row, end, wording.Quote(line[end:end+1])+" closes nothing; remove it")
	case line[yamlline.SkipSpaces(line, end)] == ':' && f.key == "":
		return false // a key that is a list or mapping, which the finder does not read
	case f.lines[row][at] == '[' && row == f.row && !yamlline.IsSpace(line[end]):
		return f.fail(row, at, quotesFor(f.key)+meaning("["))
	}
	return f.fail(f.row, end, wording.Quote(line[end-1:end])+" ends the value before this; a text that has brackets in it needs quotes")
}

// mayBeginInBrackets tells whether a text without quotes may begin so in brackets.
func mayBeginInBrackets(rest string) bool {
	if rest[0] == '-' {
		return len(rest) > 1 && !yamlline.IsSpace(rest[1])
	}
	return strings.IndexByte(",[]{}\"'&*!|>@`%?:#", rest[0]) < 0
}

// plainEnd returns where a text without quotes ends that is in brackets.
func plainEnd(line string, at int) int {
	end := at
	for ; at < len(line); at++ {
		c := line[at]
		if strings.IndexByte(",?[]{}", c) >= 0 ||
			c == ':' && (at+1 == len(line) || yamlline.IsSpace(line[at+1])) ||
			c == '#' && yamlline.IsSpace(line[at-1]) {
			break
		}
		if !yamlline.IsSpace(c) {
			end = at + 1
		}
	}
	return end
}
