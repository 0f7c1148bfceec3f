// Package sqlite runs the workloads with what sqlc generates for SQLite.
package sqlite

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/authgen/authgen/bench/contest"
	"github.com/authgen/authgen/bench/peers/sqlc/sqlite/generated/db"
)

type contestant struct {
	contest.Base
	q *db.Queries
}

// Open creates the tables and prepares every query.
func Open(ctx context.Context, at contest.Place) (contest.Contestant, error) {
	pool, err := at.Open(ctx)
	if err != nil {
		return nil, err
	}
	q, err := db.Prepare(ctx, pool)
	return &contestant{Base: contest.Base{DB: pool, Kind: at.Kind}, q: q}, err
}

// inTx is the transaction that sqlc leaves to its user, in the words of its
// documentation.
func (c *contestant) inTx(ctx context.Context, fn func(q *db.Queries) error) error {
	tx, err := c.DB.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // no effect after Commit
	if err := fn(c.q.WithTx(tx)); err != nil {
		return err
	}
	return tx.Commit()
}

func valid(s string) sql.NullString { return sql.NullString{String: s, Valid: true} }

func newUser(in contest.NewUser) db.CreateUserParams {
	now := contest.Now()
	return db.CreateUserParams{ID: contest.NewID(), Name: in.Name, Email: in.Email, Image: valid(in.Image), CreatedAt: now, UpdatedAt: now}
}

func (c *contestant) CreateUser(ctx context.Context, in contest.NewUser) error {
	return c.q.CreateUser(ctx, newUser(in))
}

func (c *contestant) CreateUserTriggered(ctx context.Context, in contest.NewUser) error {
	return c.inTx(ctx, func(q *db.Queries) error {
		user := newUser(in)
		user.Username, user.Role = valid(strings.ToLower(user.Name)), valid(contest.Role)
		if err := q.CreateUser(ctx, user); err != nil {
			return err
		}
		if user.Name == contest.Refused {
			return contest.ErrRefused
		}
		return q.CreateProfile(ctx, db.CreateProfileParams{ID: contest.NewID(), UserId: user.ID, Avatar: user.Image})
	})
}

func (c *contestant) UpdateUser(ctx context.Context, id, name, image string) error {
	return c.inTx(ctx, func(q *db.Queries) error {
		old, err := q.GetUser(ctx, id)
		if err != nil {
			return err
		}
		set := db.UpdateUserParams{Name: name, Image: valid(image), UpdatedAt: contest.Now(), ID: id}
		if err := q.UpdateUser(ctx, set); err != nil || set.Image == old.Image {
			return err
		}
		return q.UpdateAvatar(ctx, db.UpdateAvatarParams{Avatar: set.Image, UserId: id})
	})
}

func (c *contestant) DeleteUser(ctx context.Context, id string) error {
	return c.inTx(ctx, func(q *db.Queries) error {
		old, err := takeUser(ctx, q, id)
		if err != nil {
			return err
		}
		return q.DeleteProfile(ctx, old.ID)
	})
}

func (c *contestant) FindUser(ctx context.Context, email string) (contest.Found, error) {
	user, err := c.q.GetUserByEmail(ctx, email)
	return contest.Found{ID: user.ID, Name: user.Name, CreatedAt: user.CreatedAt}, err
}

func (c *contestant) ExtendSessions(ctx context.Context, userID string, until time.Time) error {
	return c.inTx(ctx, func(q *db.Queries) error {
		sessions, err := q.GetSessions(ctx, userID)
		if err != nil {
			return err
		}
		set := db.ExtendSessionsParams{ExpiresAt: until, UpdatedAt: contest.Now(), UserId: userID}
		if err := q.ExtendSessions(ctx, set); err != nil {
			return err
		}
		for _, old := range sessions {
			extended := old
			extended.ExpiresAt, extended.UpdatedAt = set.ExpiresAt, set.UpdatedAt
			c.Seen.Update(old.ExpiresAt, extended.ExpiresAt)
		}
		return nil
	})
}

func (c *contestant) EndSessions(ctx context.Context, userID string) error {
	return c.inTx(ctx, func(q *db.Queries) error {
		sessions, err := takeSessions(ctx, q, userID)
		for _, old := range sessions {
			c.Seen.Delete(old.UserAgent.String)
		}
		return err
	})
}
