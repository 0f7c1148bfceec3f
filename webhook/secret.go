package webhook

import "github.com/authgen/authgen/runtime"

// A Secret is a text that must not be printed, as [runtime.Secret] says.
type Secret = runtime.Secret

// NewSecret returns a Secret that holds text.
func NewSecret(text string) Secret { return runtime.NewSecret(text) }
