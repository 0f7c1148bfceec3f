// Package plain writes table audit by plain SQL.
package plain

import (
	"context"
	"fmt"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/examples/interop/auth"
)

// Triggers keep table audit.
type Triggers struct {
	insert, count string
}

var _ auth.Triggers = (*Triggers)(nil)

// New returns triggers with the placeholders of a database.
func New(kind dialect.Kind) *Triggers {
	if kind == dialect.Postgres {
		return &Triggers{
			insert: "INSERT INTO audit (user_id, action) VALUES ($1, $2)",
			count:  "SELECT count(*) FROM audit WHERE user_id = $1",
		}
	}
	return &Triggers{
		insert: "INSERT INTO audit (user_id, action) VALUES (?, ?)",
		count:  "SELECT count(*) FROM audit WHERE user_id = ?",
	}
}

// OnCreateUser records the new user.
func (t *Triggers) OnCreateUser(ctx context.Context, tx *auth.Tx, user auth.User) error {
	_, err := tx.SQL().ExecContext(ctx, t.insert, user.ID, "created")
	return err
}

// OnDeleteUser records that a user is gone. It fails if the user was never recorded.
func (t *Triggers) OnDeleteUser(ctx context.Context, tx *auth.Tx, user auth.User) error {
	var entries int
	if err := tx.SQL().QueryRowContext(ctx, t.count, user.ID).Scan(&entries); err != nil {
		return err
	}
	if entries == 0 {
		return fmt.Errorf("nothing is known of user %s", user.ID)
	}
	_, err := tx.SQL().ExecContext(ctx, t.insert, user.ID, "deleted")
	return err
}
