// Package yamlfault finds, in a file that is not YAML, what a person has to change. A
// parser names the line at which it lost its way; the mistake is often many lines
// further down.
package yamlfault

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/authgen/authgen/gen/schema/internal/problem"
	"github.com/authgen/authgen/gen/schema/internal/wording"
	"github.com/authgen/authgen/gen/schema/internal/yamlline"
)

// A finder reads the lines of a file as an editor's highlighter does. It knows only the
// part of YAML that schemas use. Where it finds nothing, the parser's message has to
// do.
type finder struct {
	*reader
	levels []level // the open blocks, the innermost last
	last   ending  // how the line before ends
	before int     // the row of the line before
}

// A level is a block of lines of one indentation.
type level struct {
	indent int
	kind   levelKind
	row    int // of its first line
}

type levelKind int

const (
	keyLevel  levelKind = iota // keys and their values
	listLevel                  // entries, each behind "-"
	textLevel                  // a value in the lines below its key
)

// An ending says how the next line may go on.
type ending int

const (
	isOpen ending = iota // nothing is behind the key, and deeper lines are its value
	isText               // a text, which deeper lines continue
	isOver               // the value is complete
)

// maxOpen bounds how deep the finder looks. It reports nothing that is deeper.
const maxOpen = 200

// Find returns the first mistake in the lines, if it finds one.
func Find(lines []string) (problem.Problem, bool) {
	f := &finder{reader: &reader{lines: lines}}
	for f.row < len(lines) && f.line() {
		f.row++
	}
	if f.found == nil {
		return problem.Problem{}, false
	}
	return *f.found, true
}

// line reads one line, and the lines in which its value goes on.
func (f *finder) line() bool {
	line := f.lines[f.row]
	at := yamlline.Indent(line)
	rest := line[at:]
	switch {
	case yamlline.IsEmpty(rest):
		if f.last == isText && strings.Contains(rest, "#") {
			f.last = isOver // a comment ends the text
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
		case f.last == isText && yamlline.KeyEnd(rest) < 0:
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

func (f *finder) top() *level { return &f.levels[len(f.levels)-1] }

// push opens a block at a byte of the line.
func (f *finder) push(at int, kind levelKind) bool {
	f.levels = append(f.levels, level{at, kind, f.row})
	return len(f.levels) < maxOpen
}

// enter finds the block to which a line belongs that is indented by at.
func (f *finder) enter(at int) bool {
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
	case f.top().kind == textLevel && yamlline.KeyEnd(rest) >= 0:
		return f.noColon(f.top().row, at)
	case f.top().kind == listLevel && rest[0] == '-' && kind == textLevel:
		return f.fail(f.row, at, noSpaceBehindDash)
	case f.top().kind == listLevel && kind != listLevel:
		f.levels = f.levels[:len(f.levels)-1]
		if len(f.levels) == 0 || f.top().indent != at {
			return f.fail(f.row, at, `"- " is missing before this, because the lines above are a list; or indent it differently`)
		}
	case f.top().kind == keyLevel && kind == listLevel:
		if f.last != isOpen || yamlline.Indent(f.lines[f.before]) != at {
			return f.fail(f.row, at, `"- " begins an entry of a list, and the lines above are keys; remove it, or indent it differently`)
		}
		return f.push(at, listLevel) // a list may be indented as its key is
	}
	return true
}

// between reports a line whose indentation is between that of the block above it and
// that of the block around that one.
func (f *finder) between(inner level, at int) bool {
	outer := *f.top()
	switch {
	case inner.kind == textLevel && outer.indent < at:
		return f.noColon(inner.row, inner.indent)
	case outer.indent > at: // than the first line of all
		return f.fail(f.row, at, fmt.Sprintf("this line is indented by %s, but line %d, which it seems to belong beside, by %d; line the two up", spaces(at), outer.row+1, outer.indent))
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

// kindOf returns the kind of block that a line begins.
func kindOf(rest string) levelKind {
	switch {
	case yamlline.IsItem(rest):
		return listLevel
	case yamlline.KeyEnd(rest) < 0:
		return textLevel
	}
	return keyLevel
}

// entry reads an entry of a list, or a key with its value.
func (f *finder) entry(at int) bool {
	line := f.lines[f.row]
	rest := line[at:]
	f.key, f.last = "", isOpen
	switch {
	case f.top().kind == textLevel:
		return f.value(at)
	case yamlline.IsItem(rest):
		next := yamlline.SkipSpaces(line, at+1)
		if yamlline.IsEmpty(line[next:]) {
			return true
		}
		if kind := kindOf(line[next:]); kind != textLevel {
			return f.push(next, kind) && f.entry(next)
		}
		return f.value(next)
	}
	end := yamlline.KeyEnd(rest)
	switch {
	case strings.HasPrefix(rest, "? "):
		return false // the long form of a key, which the finder does not read
	case strings.IndexByte("[{", rest[0]) >= 0:
		row, end, ok := f.brackets(at)
		return ok && f.afterBracket(row, at, end)
	case (rest[0] == '"' || rest[0] == '\'') && yamlline.QuotedLength(rest) == 0:
		return f.fail(f.row, at, "the quote that opens here is not closed in its line")
	case !mayBeginKey(rest):
		return f.fail(f.row, at, wording.Quote(rest[:1])+" cannot begin a key; remove it, or put the key in quotes")
	case end < 0:
		return f.noColon(f.row, at)
	case end == 0:
		return f.fail(f.row, at, `a key is missing before ":"`)
	}
	f.key = strings.Trim(rest[:end], ` "'`)
	next := yamlline.SkipSpaces(line, at+end+1)
	return yamlline.IsEmpty(line[next:]) || f.value(next)
}

const noSpaceBehindDash = `a space is missing after "-"`

// noColon reports a line that should have a key and does not.
func (f *finder) noColon(row, at int) bool {
	word, _, _ := strings.Cut(strings.TrimRight(f.lines[row][at:], " "), " ")
	if i := strings.IndexByte(word, ':'); i > 0 {
		return f.fail(row, at+i, `a space is missing after ":"`)
	}
	if len(word) > 1 && word[0] == '-' {
		return f.fail(row, at, noSpaceBehindDash)
	}
	return f.fail(row, at, `":" is missing after `+wording.Quote(word))
}
