package triggers

import (
	"context"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// OnCreateCounter runs the hook of that name.
func (t *Triggers) OnCreateCounter(ctx context.Context, tx *auth.Tx, doc auth.Counter) error {
	return call(ctx, t, "counter.onCreate", t.Counter.OnCreate, tx, doc)
}
