package triggers

import (
	"context"

	"github.com/authgen/authgen/bench/peers/authgen/program/generated/auth"
)

// OnUpdateSession notes how long the session was extended (W6).
func (t *Triggers) OnUpdateSession(ctx context.Context, tx *auth.Tx, change auth.SessionChange) error {
	t.Seen.Update(change.Old.ExpiresAt, change.New.ExpiresAt)
	return nil
}

// OnDeleteSession notes the session that is gone (W7).
func (t *Triggers) OnDeleteSession(ctx context.Context, tx *auth.Tx, session auth.Session) error {
	t.Seen.Delete(*session.UserAgent)
	return nil
}
