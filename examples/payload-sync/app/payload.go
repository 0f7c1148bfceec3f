package main

import (
	"net/url"
	"time"

	"github.com/authgen/authgen/webhook"
)

// attemptTime is how long the CMS may take to answer.
const attemptTime = 5 * time.Second

// payloadEndpoint is the endpoint of the CMS, and the events that it gets.
func payloadEndpoint(address, secret string) (webhook.Endpoint, error) {
	u, err := url.Parse(address)
	if err != nil {
		return webhook.Endpoint{}, err
	}
	return webhook.Endpoint{
		Name:    "payload",
		URL:     webhook.NewSecret(address),
		Secrets: []webhook.Secret{webhook.NewSecret(secret)},
		Events:  []string{"user.*", "session.*", "account.*", "oauth_client.*"},
		Timeout: attemptTime,
		// A later event of a document must not overtake an earlier one: Payload
		// would drop the earlier as stale.
		Ordered: true,
		// The CMS is in the same network.
		AllowPrivate: []string{u.Hostname()},
	}, nil
}
