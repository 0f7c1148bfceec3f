package triggers

import (
	"context"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// BeforeCreateProfile runs the hook of that name.
func (t *Triggers) BeforeCreateProfile(ctx context.Context, tx *auth.Tx, doc *auth.Profile) error {
	return call(ctx, t, "profile.beforeCreate", t.Profile.BeforeCreate, tx, doc)
}

// OnCreateProfile runs the hook of that name.
func (t *Triggers) OnCreateProfile(ctx context.Context, tx *auth.Tx, doc auth.Profile) error {
	return call(ctx, t, "profile.onCreate", t.Profile.OnCreate, tx, doc)
}

// BeforeUpdateProfile runs the hook of that name.
func (t *Triggers) BeforeUpdateProfile(ctx context.Context, tx *auth.Tx, old auth.Profile, patch *auth.ProfilePatch) error {
	return callUpdate(ctx, t, "profile.beforeUpdate", t.Profile.BeforeUpdate, tx, old, patch)
}

// OnUpdateProfile runs the hook of that name.
func (t *Triggers) OnUpdateProfile(ctx context.Context, tx *auth.Tx, change auth.ProfileChange) error {
	return call(ctx, t, "profile.onUpdate", t.Profile.OnUpdate, tx, change)
}

// BeforeDeleteProfile runs the hook of that name.
func (t *Triggers) BeforeDeleteProfile(ctx context.Context, tx *auth.Tx, doc auth.Profile) error {
	return call(ctx, t, "profile.beforeDelete", t.Profile.BeforeDelete, tx, doc)
}

// OnDeleteProfile runs the hook of that name.
func (t *Triggers) OnDeleteProfile(ctx context.Context, tx *auth.Tx, doc auth.Profile) error {
	return call(ctx, t, "profile.onDelete", t.Profile.OnDelete, tx, doc)
}
