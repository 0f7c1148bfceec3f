package grammar

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Rule is a regular expression that a text must match. Go and JavaScript read it
// alike, so that Check and the JSON Schema agree.
type Rule struct {
	Pattern *regexp.Regexp
	Want    string // completes the message `must be ...`
	Any     bool   // any text that a person would write matches it, so that messages just say "text"
}

// maxKey is how many characters a key has at most.
const maxKey = 63

// NameKey matches the keys of tables and fields. They become Go names and parts of
// messages, routes and file names; SQL names need not match.
var NameKey = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,62}$`)

// keyComplaint says what is wrong with a key under "tables", "fields" or "events", or
// nothing. sqlName is the key that takes any SQL name.
func keyComplaint(key, sqlName string, allowed *regexp.Regexp) string {
	switch {
	case key == "":
		return "is empty"
	case strings.ContainsFunc(key, unicode.IsControl):
		return "contains a control character"
	case utf8.RuneCountInString(key) > maxKey:
		return "is longer than 63 characters"
	case allowed.MatchString(key):
		return ""
	case strings.HasSuffix(key, ":"):
		return `has one ":" too many`
	case strings.Contains(key, ":"):
		return `has a ":" without a space behind it`
	case sqlName == "":
		return `must be words of letters (a-z), digits and "_", joined by dots, each starting with a letter`
	}
	return `must start with a letter (a-z) and go on with letters, digits and "_"; give another SQL name by "` + sqlName + `"`
}
