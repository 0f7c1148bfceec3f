package triggers

import (
	"context"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// OnUpdateOrganization runs the hook of that name.
func (t *Triggers) OnUpdateOrganization(ctx context.Context, tx *auth.Tx, change auth.OrganizationChange) error {
	return call(ctx, t, "organization.onUpdate", t.Org.OnUpdate, tx, change)
}

// BeforeDeleteOrganization runs the hook of that name.
func (t *Triggers) BeforeDeleteOrganization(ctx context.Context, tx *auth.Tx, doc auth.Organization) error {
	return call(ctx, t, "organization.beforeDelete", t.Org.BeforeDelete, tx, doc)
}
