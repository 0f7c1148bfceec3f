package schema

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A rule is what a text must look like beyond being text. It is a regular
// expression that Go and JavaScript read alike, so that the validator and the
// JSON Schema cannot differ.
type rule struct {
	re   *regexp.Regexp
	want string // completes `must be ...`
}

// invisible are characters that break lines of some editors, or Go source.
const invisible = "\u2028\u2029\uFEFF"

// The rules of texts.
var (
	printable = &rule{
		regexp.MustCompile(`^[^\x00-\x1f\x7f-\x9f` + invisible + `]+$`),
		"text of at least one character, without control or invisible characters",
	}
	folder = &rule{
		regexp.MustCompile(`^[^/~\\\x00-\x1f\x7f-\x9f` + invisible + `][^\\\x00-\x1f\x7f-\x9f` + invisible + `]*$`),
		`a folder relative to this file, such as "./auth", with "/" between its parts`,
	}
	goTypeName = &rule{
		regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._~/-]*\.[A-Za-z_][A-Za-z0-9_]*$`),
		`an import path, a dot and a name, such as "github.com/shopspring/decimal.Decimal"`,
	}
	prose = &rule{
		regexp.MustCompile(`^[^\x00-\x08\x0b-\x1f\x7f-\x9f` + invisible + `]+$`),
		"text of at least one character, without control or invisible characters",
	}
)

// The rules of keys that the user makes up. They are Go names in the making
// and parts of messages, routes and file names; SQL names are free of them.
var (
	nameKey  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,62}$`)
	eventKey = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*$`)
)

// keyComplaint says what is wrong with a key under "tables", "fields" or
// "events", or nothing. sqlName is the key that takes a free name instead.
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
		return `has a ":" too many`
	case strings.Contains(key, ":"):
		return `has a ":" in it, behind which a space is missing`
	case sqlName == "":
		return `must be words of letters (a-z), digits and "_", joined by dots, each starting with a letter`
	}
	return `must start with a letter (a-z) and go on with letters, digits and "_"; give another SQL name by "` + sqlName + `"`
}
