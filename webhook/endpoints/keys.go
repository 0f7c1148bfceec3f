package endpoints

import (
	"errors"
	"strconv"
	"time"

	"github.com/authgen/authgen/webhook"
)

// A key is one of an endpoint's.
type key struct {
	name string
	list bool // may have several values
	// set takes the values, one where the key is no list. Its error does not
	// repeat them.
	set func(e *webhook.Endpoint, values []string) error
}

// keys are all keys of an endpoint.
var keys = []key{
	{name: "url", set: func(e *webhook.Endpoint, v []string) error { e.URL = webhook.NewSecret(v[0]); return nil }},
	{name: "secrets", list: true, set: setSecrets},
	{name: "events", list: true, set: func(e *webhook.Endpoint, v []string) error { e.Events = v; return nil }},
	{name: "timeout", set: setTimeout},
	{name: "maxAttempts", set: func(e *webhook.Endpoint, v []string) error { return setNumber(&e.MaxAttempts, v[0]) }},
	{name: "maxBody", set: func(e *webhook.Endpoint, v []string) error { return setNumber(&e.MaxBody, v[0]) }},
	{name: "rate", set: setRate},
	{name: "ordered", set: setOrdered},
	{name: "concurrency", set: func(e *webhook.Endpoint, v []string) error { return setNumber(&e.Concurrency, v[0]) }},
	{name: "allowPrivate", list: true, set: func(e *webhook.Endpoint, v []string) error { e.AllowPrivate = v; return nil }},
	{name: "profile", set: setProfile},
}

// keyNames returns the names of all keys.
func keyNames() []string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.name
	}
	return names
}

// errZero refuses what would mean the default, though it is written.
var errZero = errors.New("is 0; write more, or leave it out for the default")

func setNumber(to *int, text string) (err error) {
	*to, err = strconv.Atoi(text)
	switch {
	case err != nil:
		return errors.New("is not a whole number")
	case *to == 0:
		return errZero
	}
	return nil
}

func setSecrets(e *webhook.Endpoint, v []string) error {
	for _, text := range v {
		e.Secrets = append(e.Secrets, webhook.NewSecret(text))
	}
	return nil
}

func setTimeout(e *webhook.Endpoint, v []string) (err error) {
	e.Timeout, err = time.ParseDuration(v[0])
	switch {
	case err != nil:
		return errors.New("is not a duration; write a number and its unit, such as 15s or 500ms")
	case e.Timeout == 0:
		return errZero
	}
	return nil
}

func setRate(e *webhook.Endpoint, v []string) (err error) {
	e.Rate, err = strconv.ParseFloat(v[0], 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange): // one that is too large is infinite, which no rate may be
		return errors.New("is not a number; write how many attempts a second may begin, such as 10 or 0.5")
	case e.Rate == 0:
		return errors.New("is 0; write more, or leave it out for no limit")
	}
	return nil
}

func setOrdered(e *webhook.Endpoint, v []string) error {
	if v[0] != "true" && v[0] != "false" {
		return errors.New("is neither true nor false")
	}
	e.Ordered = v[0] == "true"
	return nil
}

func setProfile(e *webhook.Endpoint, v []string) error {
	for _, p := range []webhook.Profile{webhook.Standard, webhook.BetterAuth} {
		if v[0] == p.String() {
			e.Profile = p
			return nil
		}
	}
	return errors.New("does not exist; write standard or better-auth")
}
