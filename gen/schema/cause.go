package schema

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A causeFinder looks, in a file that the parser refused, for what a person
// has to change. The parser names the line at which the structure begins that
// it lost its way in; the mistake is often many lines further down. The finder
// reads lines as an editor's highlighter does: it knows no more of YAML than
// schemas use, and where it finds nothing, the parser's message has to do.
type causeFinder struct {
	lines  []string
	row    int     // of the line that is looked at, from 0
	levels []level // blocks that are open, the innermost last
	last   ending  // of the line before
	before int     // the row of that line
	key    string  // whose value is looked at; empty: an entry of a list
	found  *Problem
}

// A level is a block of lines of one indentation.
type level struct {
	indent int
	kind   levelKind
	row    int // where it begins
}

type levelKind int

const (
	keyLevel  levelKind = iota // keys and their values
	listLevel                  // entries, each behind "-"
	textLevel                  // a value that stands below its key
)

// An ending says what a line lets the next one do.
type ending int

const (
	isOpen ending = iota // nothing stands behind the key: what is indented deeper belongs to it
	isText               // a text that deeper lines go on with
	isOver               // a value that is complete
)

// maxOpen bounds how deep the finder looks; nothing is reported from below.
const maxOpen = 200

// findCause returns the first thing in the lines that no YAML can be.
func findCause(lines []string) (Problem, bool) {
	f := &causeFinder{lines: lines}
	for f.row < len(lines) && f.line() {
		f.row++
	}
	if f.found == nil {
		return Problem{}, false
	}
	return *f.found, true
}

// fail notes what is wrong at a byte of a line. It returns false, which ends
// the search.
func (f *causeFinder) fail(row, at int, message string) bool {
	f.found = &Problem{Pos{Line: row + 1, Column: 1 + utf8.RuneCountInString(f.lines[row][:at])}, message}
	return false
}

// line reads one line, and those that its value goes on in.
func (f *causeFinder) line() bool {
	line := f.lines[f.row]
	at := indent(line)
	rest := line[at:]
	switch {
	case isNothing(rest):
		if f.last == isText && strings.Contains(rest, "#") {
			f.last = isOver // no text goes on behind a comment
		}
		return true
	case rest[0] == '\t':
		return f.fail(f.row, at, "a tab in the indentation; YAML wants spaces")
	case at == 0 && (strings.HasPrefix(rest, "---") || strings.HasPrefix(rest, "...") || rest[0] == '%'):
		f.levels, f.last = nil, isOpen
		return true
	}
	if len(f.levels) > 0 && at > f.top().indent && f.last != isOpen {
		switch {
		case f.last == isText && keyEnd(rest) < 0:
			return true
		case f.last == isText && f.top().kind == textLevel:
			return f.noColon(f.top().row, f.top().indent)
		}
		return f.fail(f.row, at, fmt.Sprintf("this line is indented deeper than line %d, which has a value already; line the two up", f.before+1))
	}
	ok := f.enter(at)
	f.before = f.row
	return ok && f.entry(at)
}

func (f *causeFinder) top() *level { return &f.levels[len(f.levels)-1] }

// push opens a block at a byte of the line.
func (f *causeFinder) push(at int, kind levelKind) bool {
	f.levels = append(f.levels, level{at, kind, f.row})
	return len(f.levels) < maxOpen
}

// enter finds the block that a line of that indentation belongs to.
func (f *causeFinder) enter(at int) bool {
	rest := f.lines[f.row][at:]
	if len(f.levels) == 0 || at > f.top().indent {
		return f.push(at, kindOf(rest))
	}
	inner := *f.top()
	for len(f.levels) > 1 && f.top().indent > at {
		inner = *f.top()
		f.levels = f.levels[:len(f.levels)-1]
	}
	if f.top().indent != at {
		return f.between(inner, at)
	}
	switch kind := kindOf(rest); {
	case f.top().kind == textLevel && keyEnd(rest) >= 0:
		return f.noColon(f.top().row, at)
	case f.top().kind == listLevel && rest[0] == '-' && kind == textLevel:
		return f.fail(f.row, at, noSpaceBehindDash)
	case f.top().kind == listLevel && kind != listLevel:
		f.levels = f.levels[:len(f.levels)-1]
		if len(f.levels) == 0 || f.top().indent != at {
			return f.fail(f.row, at, `"- " is missing before this, the lines above being a list; or indent it otherwise`)
		}
	case f.top().kind == keyLevel && kind == listLevel:
		if f.last != isOpen || indent(f.lines[f.before]) != at {
			return f.fail(f.row, at, `"- " begins an entry of a list, and the lines above are keys; take it away, or indent it otherwise`)
		}
		return f.push(at, listLevel) // a list may stand right below its key
	}
	return true
}

// between reports a line that is indented less than a block that ends above
// it, and not as the block around that.
func (f *causeFinder) between(inner level, at int) bool {
	outer := *f.top()
	switch {
	case inner.kind == textLevel && outer.indent < at:
		return f.noColon(inner.row, inner.indent)
	case outer.indent > at: // than the first of all
		return f.fail(f.row, at, fmt.Sprintf("this line is indented by %s, but line %d, which it could stand beside, by %d; line the two up", spaces(at), outer.row+1, outer.indent))
	}
	return f.fail(f.row, at, fmt.Sprintf("this line is indented by %s, but the lines above it by %d (line %d) and %d (line %d); line it up with one of them",
		spaces(at), outer.indent, outer.row+1, inner.indent, inner.row+1))
}

func spaces(n int) string {
	if n == 1 {
		return "1 space"
	}
	return strconv.Itoa(n) + " spaces"
}

// kindOf tells which block a line begins.
func kindOf(rest string) levelKind {
	switch {
	case isItem(rest):
		return listLevel
	case keyEnd(rest) < 0:
		return textLevel
	}
	return keyLevel
}

// entry reads an entry of a list, or a key with its value.
func (f *causeFinder) entry(at int) bool {
	line := f.lines[f.row]
	rest := line[at:]
	f.key, f.last = "", isOpen
	switch {
	case f.top().kind == textLevel:
		return f.value(at)
	case isItem(rest):
		next := skipBlanks(line, at+1)
		if isNothing(line[next:]) {
			return true
		}
		if kind := kindOf(line[next:]); kind != textLevel {
			return f.push(next, kind) && f.entry(next)
		}
		return f.value(next)
	}
	end := keyEnd(rest)
	switch {
	case strings.HasPrefix(rest, "? "):
		return false // a key in its long form, which the finder does not read
	case strings.IndexByte("[{", rest[0]) >= 0:
		row, end, ok := f.brackets(at)
		return ok && f.afterBracket(row, at, end)
	case (rest[0] == '"' || rest[0] == '\'') && quotedLength(rest) == 0:
		return f.fail(f.row, at, "the quote that opens here is not closed in its line")
	case !mayBeginKey(rest):
		return f.fail(f.row, at, quote(rest[:1])+" cannot begin a key; take it away, or put the key in quotes")
	case end < 0:
		return f.noColon(f.row, at)
	case end == 0:
		return f.fail(f.row, at, `a key is missing before ":"`)
	}
	f.key = strings.Trim(rest[:end], ` "'`)
	next := skipBlanks(line, at+end+1)
	return isNothing(line[next:]) || f.value(next)
}

const noSpaceBehindDash = `a space is missing after "-"`

// noColon reports a line that should have a key.
func (f *causeFinder) noColon(row, at int) bool {
	word, _, _ := strings.Cut(strings.TrimRight(f.lines[row][at:], " "), " ")
	if i := strings.IndexByte(word, ':'); i > 0 {
		return f.fail(row, at+i, `a space is missing after ":"`)
	}
	if len(word) > 1 && word[0] == '-' {
		return f.fail(row, at, noSpaceBehindDash)
	}
	return f.fail(row, at, `":" is missing after `+quote(word))
}
