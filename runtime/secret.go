package runtime

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"log/slog"
)

// redacted is what every way of printing a Secret shows.
const redacted = "[redacted]"

// A Secret is a value that must not be printed: a password hash, a session
// token, a private key. Under fmt, log/slog and encoding/json it shows as
// [redacted]; only Reveal gives its text. It cannot be compared with ==, which
// would take a time that depends on the text: use Equal.
type Secret struct {
	text string
	_    [0]func() // takes == away
}

// NewSecret returns a Secret that holds text.
func NewSecret(text string) Secret { return Secret{text: text} }

// Reveal returns the text itself.
func (s Secret) Reveal() string { return s.text }

// IsZero reports whether the text is empty.
func (s Secret) IsZero() bool { return s.text == "" }

// Equal reports whether both hold the same text. The time it takes depends on
// the lengths only.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.text), []byte(other.text)) == 1
}

// String returns "[redacted]".
func (s Secret) String() string { return redacted }

// GoString returns "[redacted]", for %#v.
func (s Secret) GoString() string { return redacted }

// Format writes [redacted], whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue returns "[redacted]", for log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON returns "[redacted]" as a JSON string.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(redacted) }

// MarshalText returns "[redacted]", for encoders that ask for text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// UnmarshalJSON reads the text from a JSON string.
func (s *Secret) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, &s.text); err != nil {
		// encoding/json quotes what it could not read, and that may be a secret.
		return fmt.Errorf("a secret is a JSON string")
	}
	return nil
}

// Scan reads the text from a database column. It is called by database/sql.
func (s *Secret) Scan(src any) error {
	switch v := src.(type) {
	case string:
		s.text = v
	case []byte:
		s.text = string(v)
	default:
		return fmt.Errorf("a secret is stored as text, not as %T", src)
	}
	return nil
}
