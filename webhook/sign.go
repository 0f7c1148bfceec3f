package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/authgen/authgen/outbox"
)

// The headers of an attempt. The first three are those of Standard Webhooks.
const (
	// IDHeader holds the id of the event, the same at every attempt.
	IDHeader = standardwebhooks.HeaderWebhookID
	// TimestampHeader holds when the attempt was made, in seconds since 1970.
	TimestampHeader = standardwebhooks.HeaderWebhookTimestamp
	// SignatureHeader holds one signature of id, timestamp and body for each
	// secret, with spaces between them.
	SignatureHeader = standardwebhooks.HeaderWebhookSignature
	// AttemptHeader counts the attempts to deliver the event, from 1.
	AttemptHeader = "webhook-attempt"

	betterAuthEvent     = "X-BetterAuth-Event"
	betterAuthSignature = "X-BetterAuth-Signature"
)

// sign sets the headers of an attempt that is made at now.
func (t *target) sign(h http.Header, d outbox.Delivery, now time.Time) error {
	signatures := make([]string, len(t.keys))
	for i, key := range t.keys {
		signature, err := key().Sign(d.EventID, now, d.Body)
		if err != nil {
			return err
		}
		signatures[i] = signature
	}
	h.Set(IDHeader, d.EventID)
	h.Set(TimestampHeader, strconv.FormatInt(now.Unix(), 10))
	h.Set(SignatureHeader, strings.Join(signatures, " "))
	h.Set(AttemptHeader, strconv.Itoa(d.Attempt))
	if t.Profile == BetterAuth {
		mac := hmac.New(sha256.New, []byte(t.Secrets[0].Reveal()))
		_, _ = mac.Write(d.Body) // a hash never fails
		h.Set(betterAuthEvent, d.Type)
		h.Set(betterAuthSignature, hex.EncodeToString(mac.Sum(nil)))
	}
	return nil
}
