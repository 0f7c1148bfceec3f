package triggers

import (
	"context"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// BeforeCreateUser runs the hook of that name.
func (t *Triggers) BeforeCreateUser(ctx context.Context, tx *auth.Tx, doc *auth.User) error {
	return call(ctx, t, "user.beforeCreate", t.User.BeforeCreate, tx, doc)
}

// OnCreateUser runs the hook of that name.
func (t *Triggers) OnCreateUser(ctx context.Context, tx *auth.Tx, doc auth.User) error {
	return call(ctx, t, "user.onCreate", t.User.OnCreate, tx, doc)
}

// BeforeUpdateUser runs the hook of that name.
func (t *Triggers) BeforeUpdateUser(ctx context.Context, tx *auth.Tx, old auth.User, patch *auth.UserPatch) error {
	return callUpdate(ctx, t, "user.beforeUpdate", t.User.BeforeUpdate, tx, old, patch)
}

// OnUpdateUser runs the hook of that name.
func (t *Triggers) OnUpdateUser(ctx context.Context, tx *auth.Tx, change auth.UserChange) error {
	return call(ctx, t, "user.onUpdate", t.User.OnUpdate, tx, change)
}

// BeforeDeleteUser runs the hook of that name.
func (t *Triggers) BeforeDeleteUser(ctx context.Context, tx *auth.Tx, doc auth.User) error {
	return call(ctx, t, "user.beforeDelete", t.User.BeforeDelete, tx, doc)
}

// OnDeleteUser runs the hook of that name.
func (t *Triggers) OnDeleteUser(ctx context.Context, tx *auth.Tx, doc auth.User) error {
	return call(ctx, t, "user.onDelete", t.User.OnDelete, tx, doc)
}
