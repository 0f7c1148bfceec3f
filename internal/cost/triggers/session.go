package triggers

import (
	"context"
	"errors"

	"github.com/authgen/authgen/internal/cost/auth"
)

var errNotThatUpdate = errors.New("the trigger did not get the old row and the new")

// OnUpdateSession looks at the row before and after.
func (t *Triggers) OnUpdateSession(_ context.Context, _ *auth.Tx, change auth.SessionChange) error {
	if !change.New.ExpiresAt.After(change.Old.ExpiresAt) {
		return errNotThatUpdate
	}
	t.Seen()
	return nil
}

// OnDeleteSession tells of the row.
func (t *Triggers) OnDeleteSession(context.Context, *auth.Tx, auth.Session) error {
	t.Seen()
	return nil
}
