package queue

import "strings"

// textLimit is how many bytes of an error are stored.
const textLimit = 1000

// Text returns the text of an error as it is stored: valid UTF-8 without NUL,
// which Postgres takes no other of, and not too long to be looked at.
func Text(text string) string {
	if len(text) > textLimit {
		text = text[:textLimit]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}
