package outbox

import "strings"

// shownLimit is how many bytes of an error are stored.
const shownLimit = 1000

// shown returns the text of an error as it is stored: valid UTF-8 without NUL,
// which Postgres takes no other of, and not too long to be looked at.
func shown(text string) string {
	if len(text) > shownLimit {
		text = text[:shownLimit]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}
