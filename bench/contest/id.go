package contest

import (
	"crypto/rand"
	"time"
)

// letters are those of Better Auth's ids.
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// NewID returns 32 random letters and digits, as authgen and Better Auth make
// ids. Those whose library makes no ids call it.
func NewID() string {
	var id [32]byte
	var random [40]byte
	for n := 0; n < len(id); {
		_, _ = rand.Read(random[:]) // never fails
		for _, b := range random {
			if i := int(b & 63); i < len(letters) && n < len(id) {
				id[n] = letters[i]
				n++
			}
		}
	}
	return string(id[:])
}

// Now returns the time as every contestant stores it.
func Now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }
