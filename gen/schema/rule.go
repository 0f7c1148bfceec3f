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

// Characters, as a class of a regular expression has them.
const (
	// turning are those that break lines of some editors, or Go source, or that
	// show text in another order than it is read in.
	turning = "\u2028-\u202E\u2066-\u2069\uFEFF"
	// invisible are those and what has no width: two names or values that differ
	// in such a character look the same.
	invisible = turning + "\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2060-\u2065\u206A-\u206F\u3164\uFE00-\uFE0F\uFFA0\uFFF9-\uFFFB"
)

func isTurning(r rune) bool {
	return r >= '\u2028' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069' || r == '\uFEFF'
}

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
		regexp.MustCompile(`^[^\x00-\x08\x0b-\x1f\x7f-\x9f` + turning + `]+$`),
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
