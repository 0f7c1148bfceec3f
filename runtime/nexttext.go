package runtime

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// nextText returns the least text that a row can hold and that is, by bytes,
// greater than v, which no row can hold; and whether there is one. UTF-8 sorts by
// bytes as its characters do (RFC 3629, section 1).
func nextText(v string) (string, bool) {
	good := v[:goodPrefix(v)]
	rest := v[len(good):]
	if r, ok := leastRune(func(r rune) bool { return string(r) > rest }); ok {
		return good + string(r), true
	}
	// Nothing that goes on behind good is greater: count its last character up.
	for good != "" {
		last, size := utf8.DecodeLastRuneInString(good)
		good = good[:len(good)-size]
		if r, ok := leastRune(func(r rune) bool { return r > last }); ok {
			return good + string(r), true
		}
	}
	return "", false
}

// goodPrefix returns how many bytes there are ahead of the first that is no text.
func goodPrefix(v string) int {
	for i, r := range v {
		if r == 0 || r == utf8.RuneError && !strings.HasPrefix(v[i:], string(utf8.RuneError)) {
			return i
		}
	}
	return len(v)
}

// leastRune returns the least character that a row can hold for which is, true
// for all characters from some one on, is true; and whether there is one.
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
