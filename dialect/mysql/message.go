package mysql

import "strings"

// MariaDB and MySQL send the name of a violated constraint only in the message, in quotes.
// These functions find it there, although the values in front of it may have any text.

// quotedLast returns the text in quotes at the end of a message such as "Duplicate entry 'x'
// for key 'user_email_uidx'". MySQL writes 'user.user_email_uidx'.
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

// backquoted returns the name at the beginning of text, up to its closing backquote, and the
// text behind that.
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
		return rest[:max(strings.LastIndexByte(rest, '\''), 0)] // quotes in a name are not escaped
	}
	end := strings.LastIndexByte(name, '`') // neither are backquotes
	if end < 0 {
		return ""
	}
	name = strings.TrimPrefix(name[:end], "`")
	if i := strings.LastIndex(name, "`.`"); i >= 0 {
		name = name[i+len("`.`"):]
	}
	return name
}
