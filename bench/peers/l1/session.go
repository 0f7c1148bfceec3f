package l1

import (
	"context"
	"database/sql"
	"time"

	"github.com/authgen/authgen/bench/contest"
)

type session struct {
	id                   string
	expiresAt            time.Time
	token                string
	createdAt, updatedAt time.Time
	ipAddress, userAgent sql.Null[string]
	userID               string
}

// fields are where a row of sessionColumns goes.
func (s *session) fields(c *contestant) []any {
	return []any{&s.id, c.into(&s.expiresAt), &s.token, c.into(&s.createdAt), c.into(&s.updatedAt), &s.ipAddress, &s.userAgent, &s.userID}
}

// sessions returns the rows of a statement with the sessions of a user.
func (c *contestant) sessions(ctx context.Context, statement *sql.Stmt, userID string) ([]session, error) {
	rows, err := statement.QueryContext(ctx, userID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []session
	for rows.Next() {
		var s session
		if err := rows.Scan(s.fields(c)...); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

func (c *contestant) ExtendSessions(ctx context.Context, userID string, until time.Time) error {
	return c.inTx(ctx, func(tx *sql.Tx) error {
		list, err := c.sessions(ctx, tx.StmtContext(ctx, c.sessionsOf), userID)
		if err != nil {
			return err
		}
		now := contest.Now()
		if _, err := tx.StmtContext(ctx, c.extendSessions).ExecContext(ctx, c.Time(until), c.Time(now), userID); err != nil {
			return err
		}
		for _, old := range list {
			extended := old
			extended.expiresAt, extended.updatedAt = until, now
			c.Seen.Update(old.expiresAt, extended.expiresAt)
		}
		return nil
	})
}

func (c *contestant) EndSessions(ctx context.Context, userID string) error {
	return c.inTx(ctx, func(tx *sql.Tx) error {
		list, err := c.takeAll(ctx, tx, userID)
		for _, old := range list {
			c.Seen.Delete(old.userAgent.V)
		}
		return err
	})
}

// takeAll deletes the sessions of a user and returns them.
func (c *contestant) takeAll(ctx context.Context, tx *sql.Tx, userID string) ([]session, error) {
	if c.takeSessions != nil {
		return c.sessions(ctx, tx.StmtContext(ctx, c.takeSessions), userID)
	}
	list, err := c.sessions(ctx, tx.StmtContext(ctx, c.sessionsOf), userID)
	if err != nil {
		return nil, err
	}
	_, err = tx.StmtContext(ctx, c.deleteSessions).ExecContext(ctx, userID)
	return list, err
}
