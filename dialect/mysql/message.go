package mysql

import "strings"

// Neither MariaDB nor MySQL sends the name of a violated constraint otherwise
// than in the message, quoted. These functions find it: the values in front of
// it may hold anything.

// quotedLast returns the text in quotes at the end: "Duplicate entry 'x' for key
// 'user_email_uidx'"; MySQL writes 'user.user_email_uidx'.
func quotedLast(message string) string {
	message, ok := strings.CutSuffix(message, "'")
	if !ok {
		return ""
	}
	return message[strings.LastIndexByte(message, '\'')+1:]
}

// backquotedBehind returns the name in backquotes behind a word.
func backquotedBehind(message, word string) string {
	_, rest, ok := strings.Cut(message, word+"`")
	if !ok {
		return ""
	}
	name, _ := backquoted(rest)
	return name
}

// backquoted returns the name whose opening backquote is left out, and what
// follows its closing one.
func backquoted(s string) (name, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '`' {
			b.WriteByte(s[i])
			continue
		}
		if i+1 == len(s) || s[i+1] != '`' {
			return b.String(), s[i+1:]
		}
		b.WriteByte('`')
		i++
	}
	return b.String(), ""
}

// columnIn returns the column whose value was refused, if the message names it:
// "Column 'x' cannot be null", "Data too long for column 'x' at row 1", and on
// MariaDB "Incorrect integer value: 'y' for column `db`.`table`.`x` at row 1".
func columnIn(message string) string {
	name := message
	if i := strings.LastIndex(message, "for column "); i >= 0 {
		name = message[i+len("for column "):]
	} else if _, name, _ = strings.Cut(message, " "); !strings.HasPrefix(message, "Column ") && !strings.HasPrefix(message, "Field ") {
		return ""
	}
	if rest, ok := strings.CutPrefix(name, "'"); ok {
		rest = strings.TrimSuffix(rest, " doesn't have a default value")
		return rest[:max(strings.LastIndexByte(rest, '\''), 0)] // quotes in a name stand as they are
	}
	end := strings.LastIndexByte(name, '`') // and so do backquotes
	if end < 0 {
		return ""
	}
	name = strings.TrimPrefix(name[:end], "`")
	if i := strings.LastIndex(name, "`.`"); i >= 0 {
		name = name[i+len("`.`"):]
	}
	return name
}
