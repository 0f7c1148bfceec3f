package triggers

import (
	"context"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// BeforeUpdateTally runs the hook of that name.
func (t *Triggers) BeforeUpdateTally(ctx context.Context, tx *auth.Tx, old auth.Tally, patch *auth.TallyPatch) error {
	return callUpdate(ctx, t, "tally.beforeUpdate", t.Tally.BeforeUpdate, tx, old, patch)
}
