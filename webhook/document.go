package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

const (
	maxDocument  = 255 // characters, of the column
	hashedPrefix = "sha256:"
)

// documentKey returns what stands for a document's id in the tables of the store:
// the id itself, or a hash of it if it is longer than the column. So that none is
// the key of another, an id that looks like such a hash has one of its own.
func documentKey(id string) string {
	if utf8.RuneCountInString(id) <= maxDocument && !strings.HasPrefix(id, hashedPrefix) {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return hashedPrefix + hex.EncodeToString(sum[:])
}
