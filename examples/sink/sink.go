// Package sink shows what a sink of one's own is: this one posts events to a
// service, in order, each until the service has taken it.
package sink

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/authgen/authgen/outbox"
)

// A Service is a sink that posts each event to a service, which tells events
// that come twice by their Idempotency-Key.
type Service struct {
	URL    string
	Client *http.Client // with a timeout
}

// Send implements outbox.Sink. Behind an event that the service does not take,
// the others wait: so each document's arrive in order.
func (s *Service) Send(ctx context.Context, due []outbox.Entry) error {
	for i, event := range due {
		if err := s.post(ctx, event); err != nil {
			partial := &outbox.PartialError{Cause: err}
			for _, event := range due[i:] {
				partial.IDs = append(partial.IDs, event.ID)
			}
			return partial // the others are taken; these come again
		}
	}
	return nil
}

func (s *Service) post(ctx context.Context, event outbox.Entry) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, bytes.NewReader(event.Body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", event.ID)
	response, err := s.Client.Do(request)
	if err != nil {
		return err
	}
	_ = response.Body.Close()
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("%s answers %s", s.URL, response.Status)
	}
	return nil
}
