package triggers

import (
	"context"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// OnUpdateLease runs the hook of that name.
func (t *Triggers) OnUpdateLease(ctx context.Context, tx *auth.Tx, change auth.LeaseChange) error {
	return call(ctx, t, "lease.onUpdate", t.Lease.OnUpdate, tx, change)
}
