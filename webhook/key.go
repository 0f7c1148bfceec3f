package webhook

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// What Standard Webhooks asks of a secret. The library takes one of any length,
// an empty one too.
const (
	secretPrefix = "whsec_"
	minKey       = 24 // bytes
	maxKey       = 64
)

// A key signs and verifies. It is a function, into which printers that go by
// reflection cannot look.
type key func() *standardwebhooks.Webhook

// parseKey returns the key of a secret. Its errors do not repeat the secret.
func parseKey(from Secret) (key, error) {
	secret := from.Reveal()
	if secret == "" {
		return nil, errors.New("is empty; is the variable that holds it set?")
	}
	encoded := strings.TrimPrefix(secret, secretPrefix)
	if strings.ContainsAny(secret, " \t\r\n") { // the decoder passes over line breaks
		return nil, errors.New("has white space in it; take it out")
	}
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, errors.New(`is not base64; write 24 to 64 random bytes in standard base64, with "=" at the end where it has one`)
	}
	if len(raw) < minKey || len(raw) > maxKey {
		return nil, fmt.Errorf("is %d bytes; %d to %d are asked for, such as openssl rand -base64 32 makes", len(raw), minKey, maxKey)
	}
	signer, err := standardwebhooks.NewWebhookRaw(raw)
	return func() *standardwebhooks.Webhook { return signer }, err
}

// parseKeys returns what signs and verifies with each of several secrets, at
// least one.
func parseKeys(secrets []Secret) ([]key, error) {
	if len(secrets) == 0 {
		return nil, errors.New("there is no secret; pass the one that the sender signs with")
	}
	var keys []key
	for i, s := range secrets {
		key, err := parseKey(s)
		if err != nil {
			return nil, fmt.Errorf("the %s secret %w", ordinal(i), err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}
