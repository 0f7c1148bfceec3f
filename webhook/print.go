package webhook

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
)

// Format writes the name of the endpoint, where it is and what goes there, the
// same for every verb: %+v of a struct that holds it shows no secret.
func (e Endpoint) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "endpoint "+e.Name+" at "+e.origin()+" for "+strings.Join(e.Events, ", "))
}

// LogValue returns what Format writes as a group, for log/slog.
func (e Endpoint) LogValue() slog.Value {
	return slog.GroupValue(slog.String("name", e.Name), slog.String("at", e.origin()), slog.Any("events", e.Events))
}

// MarshalJSON returns what LogValue does as an object. It is for people: an
// endpoint does not come back from it.
func (e Endpoint) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Name   string   `json:"name"`
		At     string   `json:"at"`
		Events []string `json:"events"`
	}{e.Name, e.origin(), e.Events})
}

// origin returns scheme and host of the URL. What follows is often a token.
func (e Endpoint) origin() string {
	u, err := url.Parse(e.URL.Reveal())
	if err != nil || u.Host == "" {
		return "no URL"
	}
	return u.Scheme + "://" + u.Host
}
