package main

import (
	"context"
	"time"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/webhook"
)

// soon is a sender for people who watch: it tries again soon, and never gives up. Other
// programs should use the sender as it is. It waits 5 s, 20 s, 80 s and so on, which spares
// a receiver in trouble, and gives up after days without success.
type soon struct {
	*webhook.Sender
	most time.Duration // to wait
}

// Deliver implements outbox.Deliverer.
func (s soon) Deliver(ctx context.Context, d outbox.Delivery) outbox.Outcome {
	o := s.Sender.Deliver(ctx, d)
	latest := time.Now().Add(s.most)
	if o.Verdict == outbox.Exhausted || o.Verdict == outbox.Retry && o.RetryAt.After(latest) {
		o.Verdict, o.RetryAt = outbox.Retry, latest
	}
	return o
}
