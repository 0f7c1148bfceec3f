package triggers

import (
	"context"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// BeforeCreateDesk runs the hook of that name.
func (t *Triggers) BeforeCreateDesk(ctx context.Context, tx *auth.Tx, doc *auth.Desk) error {
	return call(ctx, t, "desk.beforeCreate", t.Desk.BeforeCreate, tx, doc)
}

// OnCreateDesk runs the hook of that name.
func (t *Triggers) OnCreateDesk(ctx context.Context, tx *auth.Tx, doc auth.Desk) error {
	return call(ctx, t, "desk.onCreate", t.Desk.OnCreate, tx, doc)
}

// BeforeUpdateDesk runs the hook of that name.
func (t *Triggers) BeforeUpdateDesk(ctx context.Context, tx *auth.Tx, old auth.Desk, patch *auth.DeskPatch) error {
	return callUpdate(ctx, t, "desk.beforeUpdate", t.Desk.BeforeUpdate, tx, old, patch)
}

// OnUpdateDesk runs the hook of that name.
func (t *Triggers) OnUpdateDesk(ctx context.Context, tx *auth.Tx, change auth.DeskChange) error {
	return call(ctx, t, "desk.onUpdate", t.Desk.OnUpdate, tx, change)
}

// BeforeDeleteDesk runs the hook of that name.
func (t *Triggers) BeforeDeleteDesk(ctx context.Context, tx *auth.Tx, doc auth.Desk) error {
	return call(ctx, t, "desk.beforeDelete", t.Desk.BeforeDelete, tx, doc)
}

// OnDeleteDesk runs the hook of that name.
func (t *Triggers) OnDeleteDesk(ctx context.Context, tx *auth.Tx, doc auth.Desk) error {
	return call(ctx, t, "desk.onDelete", t.Desk.OnDelete, tx, doc)
}
