// Package yamlline reads one line of YAML: its indentation, its key, its comment, its
// texts in quotes. It looks at bytes, so that it can read a file that no parser takes.
package yamlline

import "strings"

// Indent returns how many spaces a line begins with.
func Indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// Comment returns the comment at the end of a line, from its "#" on. A "#" in quotes
// or without a space before it does not begin a comment.
func Comment(line string) string {
	tokenStart := true
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '#' && i > 0 && (line[i-1] == ' ' || line[i-1] == '\t'):
			return line[i:]
		case (c == '"' || c == '\'') && tokenStart:
			length := QuotedLength(line[i:])
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

// QuotedLength returns the length of the text in quotes that s begins with, 0 if its
// closing quote is not in s.
func QuotedLength(s string) int {
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

// IsEmpty tells whether the rest of a line is blank or a comment.
func IsEmpty(rest string) bool {
	rest = strings.TrimLeft(rest, " \t")
	return rest == "" || rest[0] == '#'
}

// IsSpace tells whether a byte separates words in a line.
func IsSpace(c byte) bool { return c == ' ' || c == '\t' }

// IsItem tells whether "-" begins an entry of a list.
func IsItem(rest string) bool {
	return rest[0] == '-' && (len(rest) == 1 || IsSpace(rest[1]))
}

// SkipSpaces returns where the next word begins, at or behind a byte.
func SkipSpaces(line string, at int) int {
	for at < len(line) && IsSpace(line[at]) {
		at++
	}
	return at
}

// WordEnd returns where the word ends that a byte is in.
func WordEnd(line string, at int) int {
	for at < len(line) && !IsSpace(line[at]) && strings.IndexByte(",[]{}", line[at]) < 0 {
		at++
	}
	return at
}

// IsAnchor tells whether "*" or "&" has the name of an anchor behind it.
func IsAnchor(line string, at int) bool {
	name := line[at+1 : WordEnd(line, at)]
	return name != "" && strings.Trim(name, anchorLetters) == ""
}

const anchorLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

// KeyEnd returns the index of the ":" behind the key that rest begins with, or -1 if
// rest does not begin with a key.
func KeyEnd(rest string) int {
	at := 0
	if rest[0] == '"' || rest[0] == '\'' {
		at = QuotedLength(rest)
		if at == 0 {
			return -1
		}
		at = SkipSpaces(rest, at)
		if at < len(rest) && rest[at] == ':' {
			return at
		}
		return -1
	}
	if rest[0] == '[' || rest[0] == '{' {
		return -1
	}
	for ; at < len(rest); at++ {
		switch {
		case rest[at] == ':' && (at+1 == len(rest) || IsSpace(rest[at+1])):
			return at
		case rest[at] == '#' && at > 0 && IsSpace(rest[at-1]):
			return -1
		}
	}
	return -1
}
