package authgen

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
)

// Redacted is the text that a printed Secret shows.
const Redacted = "[redacted]"

// A Secret is a value that must not be printed, such as a password hash, a session token or
// a private key. fmt, log/slog and encoding/json show it as [redacted]; only Reveal gives
// its text. A printer that uses reflection and calls no methods, as fmt does for unexported
// fields, shows the address of a function.
//
// Compare Secrets with Equal. The operator == does not compile, because its time would
// depend on the text, and for reflect.DeepEqual no Secret equals another.
type Secret struct {
	text func() string // nil: empty; a function, because reflection could read anything else
}

// NewSecret returns a Secret with this text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{func() string { return text }}
}

// Reveal returns the text.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return s.text()
}

// IsZero reports whether the text is empty.
func (s Secret) IsZero() bool { return s.text == nil }

// Equal reports whether both have the same text. The time that it takes depends only on
// the lengths.
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

// MarshalJSON returns "[redacted]" as a JSON string. UnmarshalJSON refuses to read it.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(Redacted) }

// MarshalText returns "[redacted]", for encoders that ask for text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(Redacted), nil }

// errLost is the error for reading a Secret from its printed form.
var errLost = errors.New("the text " + Redacted + " is what a secret prints as, so the secret was lost when this was written: read it from its table instead")

// UnmarshalJSON reads the text from a JSON string. It refuses the text [redacted], which is
// all that JSON keeps of a Secret.
func (s *Secret) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		// encoding/json quotes text that it cannot read, and that may be a secret.
		return errors.New("a secret is a JSON string")
	}
	return s.UnmarshalText([]byte(text))
}

// UnmarshalText reads the text as it is. Like UnmarshalJSON, it refuses the text
// [redacted].
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
