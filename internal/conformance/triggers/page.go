package triggers

import (
	"context"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// BeforeUpdatePage runs the hook of that name.
func (t *Triggers) BeforeUpdatePage(ctx context.Context, tx *auth.Tx, old auth.Page, patch *auth.PagePatch) error {
	return callUpdate(ctx, t, "page.beforeUpdate", t.Page.BeforeUpdate, tx, old, patch)
}
