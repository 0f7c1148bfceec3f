package triggers

import (
	"context"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// BeforeDeleteNode runs the hook of that name.
func (t *Triggers) BeforeDeleteNode(ctx context.Context, tx *auth.Tx, doc auth.Node) error {
	return call(ctx, t, "node.beforeDelete", t.Node.BeforeDelete, tx, doc)
}

// OnDeleteNode runs the hook of that name.
func (t *Triggers) OnDeleteNode(ctx context.Context, tx *auth.Tx, doc auth.Node) error {
	return call(ctx, t, "node.onDelete", t.Node.OnDelete, tx, doc)
}
