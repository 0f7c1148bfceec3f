package runtime

import (
	"regexp"
	"sync"
)

// patterns are the regular expressions of fields by their texts. Each is compiled when it
// is first needed, so that a program does not pay at its start for tables it never writes.
var patterns sync.Map // of *regexp.Regexp

// matchesPattern reports whether a text matches a pattern. The pattern is valid: the
// generator has compiled it.
func matchesPattern(pattern, text string) bool {
	compiled, ok := patterns.Load(pattern)
	if !ok {
		compiled, _ = patterns.LoadOrStore(pattern, regexp.MustCompile(pattern))
	}
	return compiled.(*regexp.Regexp).MatchString(text)
}
