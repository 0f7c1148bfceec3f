package postgres

import (
	"context"

	"github.com/authgen/authgen/bench/peers/sqlc/postgres/generated/db"
)

// takeUser deletes the user and returns it, which saves a round trip.
func takeUser(ctx context.Context, q *db.Queries, id string) (db.User, error) {
	return q.DeleteUser(ctx, id)
}

// takeSessions deletes the sessions of a user and returns them.
func takeSessions(ctx context.Context, q *db.Queries, userID string) ([]db.Session, error) {
	return q.DeleteSessions(ctx, userID)
}
