package l1

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/authgen/authgen/bench/contest"
)

type user struct {
	id, name, email      string
	emailVerified        bool
	image                sql.Null[string]
	createdAt, updatedAt time.Time
	username, role       sql.Null[string]
}

// fields are where a row of userColumns goes.
func (u *user) fields(c *contestant) []any {
	return []any{&u.id, &u.name, &u.email, &u.emailVerified, &u.image, c.into(&u.createdAt), c.into(&u.updatedAt), &u.username, &u.role}
}

func (c *contestant) CreateUser(ctx context.Context, in contest.NewUser) error {
	now := c.Time(contest.Now())
	_, err := c.insertUser.ExecContext(ctx, contest.NewID(), in.Name, in.Email, false, in.Image, now, now, nil, nil)
	return err
}

func (c *contestant) CreateUserTriggered(ctx context.Context, in contest.NewUser) error {
	return c.inTx(ctx, func(tx *sql.Tx) error {
		id, now, username := contest.NewID(), c.Time(contest.Now()), strings.ToLower(in.Name)
		_, err := tx.StmtContext(ctx, c.insertUser).ExecContext(ctx, id, in.Name, in.Email, false, in.Image, now, now, username, contest.Role)
		if err != nil {
			return err
		}
		if in.Name == contest.Refused {
			return contest.ErrRefused
		}
		_, err = tx.StmtContext(ctx, c.insertProfile).ExecContext(ctx, contest.NewID(), id, in.Image, "")
		return err
	})
}

func (c *contestant) UpdateUser(ctx context.Context, id, name, image string) error {
	return c.inTx(ctx, func(tx *sql.Tx) error {
		var old user
		if err := tx.StmtContext(ctx, c.userByID).QueryRowContext(ctx, id).Scan(old.fields(c)...); err != nil {
			return err
		}
		if _, err := tx.StmtContext(ctx, c.updateUser).ExecContext(ctx, name, image, c.Time(contest.Now()), id); err != nil {
			return err
		}
		if old.image.Valid && old.image.V == image {
			return nil
		}
		_, err := tx.StmtContext(ctx, c.updateAvatar).ExecContext(ctx, image, id)
		return err
	})
}

func (c *contestant) DeleteUser(ctx context.Context, id string) error {
	return c.inTx(ctx, func(tx *sql.Tx) error {
		old, err := c.take(ctx, tx, id)
		if err != nil {
			return err
		}
		_, err = tx.StmtContext(ctx, c.deleteProfile).ExecContext(ctx, old.id)
		return err
	})
}

// take deletes a user and returns it.
func (c *contestant) take(ctx context.Context, tx *sql.Tx, id string) (old user, err error) {
	read := c.takeUser
	if read == nil {
		read = c.userByID
	}
	if err := tx.StmtContext(ctx, read).QueryRowContext(ctx, id).Scan(old.fields(c)...); err != nil {
		return old, err
	}
	if c.deleteUser != nil {
		_, err = tx.StmtContext(ctx, c.deleteUser).ExecContext(ctx, id)
	}
	return old, err
}

func (c *contestant) FindUser(ctx context.Context, email string) (contest.Found, error) {
	var u user
	err := c.userByEmail.QueryRowContext(ctx, email).Scan(u.fields(c)...)
	return contest.Found{ID: u.id, Name: u.name, CreatedAt: u.createdAt}, err
}
