package webhook

import (
	"github.com/authgen/authgen"
)

// A Secret is a text that must not be printed, as [authgen.Secret] says.
type Secret = authgen.Secret

// NewSecret returns a Secret that holds text.
func NewSecret(text string) Secret { return authgen.NewSecret(text) }
