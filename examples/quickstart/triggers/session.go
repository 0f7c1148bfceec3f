package triggers

import (
	"context"

	"github.com/authgen/authgen/examples/quickstart/auth"
)

// BeforeCreateSession starts a session in the organization in which the user
// was last active.
func (t *Triggers) BeforeCreateSession(ctx context.Context, tx *auth.Tx, session *auth.Session) error {
	if session.ActiveOrganizationID != nil {
		return nil
	}
	user, err := tx.User.Get(ctx, session.UserID)
	if err != nil || user.LastActiveOrganizationID == nil {
		return err
	}
	// Better Auth declares this field as plain text, not as a reference.
	session.ActiveOrganizationID = new(string(*user.LastActiveOrganizationID))
	return nil
}
