package mysql

import (
	"context"

	"github.com/authgen/authgen/bench/peers/sqlc/mysql/generated/db"
)

// takeUser reads the user and deletes it: sqlc does not know that MariaDB has RETURNING.
func takeUser(ctx context.Context, q *db.Queries, id string) (db.User, error) {
	user, err := q.GetUser(ctx, id)
	if err != nil {
		return user, err
	}
	return user, q.DeleteUser(ctx, id)
}

// takeSessions reads the sessions of a user and deletes them.
func takeSessions(ctx context.Context, q *db.Queries, userID string) ([]db.Session, error) {
	sessions, err := q.GetSessions(ctx, userID)
	if err != nil {
		return nil, err
	}
	return sessions, q.DeleteSessions(ctx, userID)
}
