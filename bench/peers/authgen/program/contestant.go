// Package program is the contestant of authgen with all triggers in one package.
package program

import (
	"context"
	"errors"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/bench/contest"
	"github.com/authgen/authgen/bench/peers/authgen/program/generated/auth"
	"github.com/authgen/authgen/bench/peers/authgen/program/triggers"
	"github.com/authgen/authgen/dialect"
)

type contestant struct {
	contest.Base
	db, untriggered *auth.DB
}

// Enter opens the generated package on a database, and creates its tables.
func Enter(ctx context.Context, at contest.Place, database dialect.Database) (contest.Contestant, error) {
	c := &contestant{Base: contest.Base{DB: database.Pool, Kind: at.Kind}}
	if at.Kind.IsSQLite() {
		c.Time = func(t time.Time) any { return t.Format(authgen.TimeLayout) }
	}
	if at.Integers {
		c.Time = func(t time.Time) any { return t.UnixMilli() }
	}
	db, err := auth.Open(ctx, database, &triggers.Triggers{Seen: &c.Seen})
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	if err := db.CreateTables(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	c.db, c.untriggered = db, db.WithoutTriggers()
	return c, nil
}

func (c *contestant) CreateUser(ctx context.Context, in contest.NewUser) error {
	_, err := c.untriggered.User.Create(ctx, auth.UserCreate{Name: in.Name, Email: in.Email, Image: &in.Image})
	return err
}

func (c *contestant) CreateUserTriggered(ctx context.Context, in contest.NewUser) error {
	_, err := c.db.User.Create(ctx, auth.UserCreate{Name: in.Name, Email: in.Email, Image: &in.Image})
	return err
}

func (c *contestant) UpdateUser(ctx context.Context, id, name, image string) error {
	_, err := c.db.User.Update(ctx, auth.UserID(id), auth.UserPatch{Name: auth.Set(name), Image: auth.Set(&image)})
	return err
}

func (c *contestant) DeleteUser(ctx context.Context, id string) error {
	return c.db.User.Delete(ctx, auth.UserID(id))
}

func (c *contestant) FindUser(ctx context.Context, email string) (contest.Found, error) {
	user, err := c.db.User.GetByEmail(ctx, email)
	return contest.Found{ID: string(user.ID), Name: user.Name, CreatedAt: user.CreatedAt}, err
}

func (c *contestant) ExtendSessions(ctx context.Context, userID string, until time.Time) error {
	ofUser := auth.SessionCols.UserID.Eq(auth.UserID(userID))
	_, err := c.db.Session.UpdateMany(ctx, ofUser, auth.SessionPatch{ExpiresAt: auth.Set(until)})
	return err
}

func (c *contestant) EndSessions(ctx context.Context, userID string) error {
	_, err := c.db.Session.DeleteMany(ctx, auth.SessionCols.UserID.Eq(auth.UserID(userID)))
	return err
}
