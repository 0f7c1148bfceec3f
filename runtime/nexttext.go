package runtime

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// nextText returns the least text that a row can hold and that is greater than v by bytes,
// and whether there is one. v is a text that no row can hold. UTF-8 sorts by bytes as its
// characters sort (RFC 3629, section 1).
func nextText(v string) (string, bool) {
	good := v[:goodPrefix(v)]
	rest := v[len(good):]
	if r, ok := leastRune(func(r rune) bool { return string(r) > rest }); ok {
		return good + string(r), true
	}
	// No text that begins with good is greater, so count its last character up.
	for good != "" {
		last, size := utf8.DecodeLastRuneInString(good)
		good = good[:len(good)-size]
		if r, ok := leastRune(func(r rune) bool { return r > last }); ok {
			return good + string(r), true
		}
	}
	return "", false
}

// goodPrefix returns how many bytes of v are ahead of the first that a row cannot hold.
func goodPrefix(v string) int {
	for i, r := range v {
		if r == 0 || r == utf8.RuneError && !strings.HasPrefix(v[i:], string(utf8.RuneError)) {
			return i
		}
	}
	return len(v)
}

// leastRune returns the least character that a row can hold for which is holds, and
// whether there is one. is must hold for all characters from some character on.
func leastRune(is func(rune) bool) (rune, bool) {
	const surrogates, behind = 0xD800, 0xE000 // code points that are no characters
	nth := func(i int) rune {
		r := rune(i + 1) // not NUL
		if r >= surrogates {
			r += behind - surrogates
		}
		return r
	}
	const count = utf8.MaxRune - (behind - surrogates)
	i := sort.Search(count, func(i int) bool { return is(nth(i)) })
	return nth(i), i < count
}
