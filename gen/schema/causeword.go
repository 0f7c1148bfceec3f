package schema

import "strings"

// isNothing tells whether a line is blank or a comment from here on.
func isNothing(rest string) bool {
	rest = strings.TrimLeft(rest, " \t")
	return rest == "" || rest[0] == '#'
}

func isBlankByte(c byte) bool { return c == ' ' || c == '\t' }

// isItem tells whether "-" begins an entry of a list.
func isItem(rest string) bool {
	return rest[0] == '-' && (len(rest) == 1 || isBlankByte(rest[1]))
}

func skipBlanks(line string, at int) int {
	for at < len(line) && isBlankByte(line[at]) {
		at++
	}
	return at
}

func wordEnd(line string, at int) int {
	for at < len(line) && !isBlankByte(line[at]) && strings.IndexByte(",[]{}", line[at]) < 0 {
		at++
	}
	return at
}

// isName tells whether "*" or "&" has the name of an anchor behind it.
func isName(line string, at int) bool {
	name := line[at+1 : wordEnd(line, at)]
	return name != "" && strings.Trim(name, anchorLetters) == ""
}

const anchorLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

// keyEnd returns where the ":" stands that ends the key which rest begins
// with, or -1.
func keyEnd(rest string) int {
	at := 0
	if rest[0] == '"' || rest[0] == '\'' {
		at = quotedLength(rest)
		if at == 0 {
			return -1
		}
		at = skipBlanks(rest, at)
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
		case rest[at] == ':' && (at+1 == len(rest) || isBlankByte(rest[at+1])):
			return at
		case rest[at] == '#' && at > 0 && isBlankByte(rest[at-1]):
			return -1
		}
	}
	return -1
}
