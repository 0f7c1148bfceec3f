package authgen

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
)

// Redacted is what every way of printing a Secret shows.
const Redacted = "[redacted]"

// A Secret is a value that must not be printed: a password hash, a session
// token, a private key. Under fmt, log/slog and encoding/json it shows as
// [redacted]; only Reveal gives its text. What prints by reflection and calls no
// methods, as fmt does for an unexported field, finds the address of a function.
//
// It cannot be compared with ==, which would take a time that depends on the
// text, and for reflect.DeepEqual no Secret equals another: use Equal.
type Secret struct {
	text func() string // nil: empty; a function, as reflection reads everything else
}

// NewSecret returns a Secret that holds text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{func() string { return text }}
}

// Reveal returns the text itself.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return s.text()
}

// IsZero reports whether the text is empty.
func (s Secret) IsZero() bool { return s.text == nil }

// Equal reports whether both hold the same text. The time it takes depends on
// the lengths only.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(other.Reveal())) == 1
}

// String returns "[redacted]".
func (s Secret) String() string { return Redacted }

// GoString returns "[redacted]", for %#v.
func (s Secret) GoString() string { return Redacted }

// Format writes [redacted], whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(Redacted)) }

// LogValue returns "[redacted]", for log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(Redacted) }

// MarshalJSON returns "[redacted]" as a JSON string, from which no Secret can be
// read again.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(Redacted) }

// MarshalText returns "[redacted]", for encoders that ask for text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(Redacted), nil }

// errLost is why a Secret is not read from what one was printed as.
var errLost = errors.New("the text " + Redacted + " is what a secret prints as, so the secret was lost when this was written: read it from its table instead")

// UnmarshalJSON reads the text from a JSON string. The text [redacted] is
// refused: it is what is left of a Secret that was written as JSON.
func (s *Secret) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		// encoding/json quotes what it could not read, and that may be a secret.
		return errors.New("a secret is a JSON string")
	}
	return s.UnmarshalText([]byte(text))
}

// UnmarshalText reads the text as it is. The text [redacted] is refused, as by
// UnmarshalJSON.
func (s *Secret) UnmarshalText(text []byte) error {
	if string(text) == Redacted {
		return errLost
	}
	*s = NewSecret(string(text))
	return nil
}

// Scan reads the text from a database column. It is called by database/sql.
func (s *Secret) Scan(src any) error {
	switch v := src.(type) {
	case string:
		*s = NewSecret(v)
	case []byte:
		*s = NewSecret(string(v))
	default:
		return fmt.Errorf("a secret is stored as text, not as %T", src)
	}
	return nil
}
