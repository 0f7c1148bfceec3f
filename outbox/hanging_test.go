package outbox_test

import (
	"context"

	"github.com/authgen/authgen/outbox"
)

// A hanging deliverer waits before each attempt at the endpoint "slow".
type hanging struct {
	*endpoints
	wait func()
}

func (h hanging) Deliver(ctx context.Context, d outbox.Delivery) outbox.Outcome {
	if d.Endpoint == "slow" {
		h.wait()
	}
	return h.endpoints.Deliver(ctx, d)
}
