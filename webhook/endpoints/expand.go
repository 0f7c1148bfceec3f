package endpoints

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

var variable = regexp.MustCompile(`^\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// expand returns text with variables in place of ${NAME}, and "$" in place of
// "$$". Its errors name variables, not what they hold.
func expand(text string, lookup func(string) (string, bool)) (string, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "$")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		if after, ok := strings.CutPrefix(rest, "$"); ok {
			b.WriteByte('$')
			text = after
			continue
		}
		m := variable.FindStringSubmatch(rest)
		if m == nil {
			return "", errors.New(`has a "$" that begins no variable; write ${NAME}, or $$ for a dollar sign`)
		}
		switch value, ok := lookup(m[1]); {
		case !ok:
			return "", fmt.Errorf("variable %s is not set", m[1])
		case value == "":
			return "", fmt.Errorf("variable %s is empty", m[1])
		default:
			b.WriteString(value)
		}
		text = rest[len(m[0]):]
	}
}
