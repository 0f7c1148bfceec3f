package grammar

import "strings"

// quoteLike are the quotes that word processors make.
const quoteLike = "“”„‘’‚«»"

// oddities explains characters in a word that look like others.
func oddities(word string) string {
	switch {
	case strings.ContainsAny(word, quoteLike):
		return `; the quotes of YAML are " and '`
	case strings.ContainsAny(word, "\u00a0\u2007\u202f\u3000"):
		return "; it has a no-break space, which YAML takes for a letter"
	}
	return ""
}
