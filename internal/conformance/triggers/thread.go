package triggers

import (
	"context"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// OnDeleteThread runs the hook of that name.
func (t *Triggers) OnDeleteThread(ctx context.Context, tx *auth.Tx, doc auth.Thread) error {
	return call(ctx, t, "thread.onDelete", t.Thread.OnDelete, tx, doc)
}
