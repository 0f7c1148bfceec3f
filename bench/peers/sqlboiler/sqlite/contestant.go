// Package sqlite runs the workloads with what sqlboiler generates for SQLite.
package sqlite

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/aarondl/null/v8"
	"github.com/aarondl/sqlboiler/v4/boil"
	"github.com/aarondl/sqlboiler/v4/queries/qm"

	"github.com/authgen/authgen/bench/contest"
	"github.com/authgen/authgen/bench/peers/sqlboiler/sqlite/generated/models"
)

type contestant struct{ contest.Base }

// Open creates the tables.
func Open(ctx context.Context, at contest.Place) (contest.Contestant, error) {
	pool, err := at.Open(ctx)
	if err != nil {
		return nil, err
	}
	return &contestant{contest.Base{DB: pool, Kind: at.Kind}}, nil
}

// Hooks are process-wide and cannot be removed.
func init() {
	models.AddUserHook(boil.BeforeInsertHook, beforeInsert)
	models.AddUserHook(boil.AfterInsertHook, afterInsert)
	models.AddUserHook(boil.AfterUpdateHook, afterUpdate)
	models.AddUserHook(boil.AfterDeleteHook, afterDelete)
	models.AddSessionHook(boil.AfterDeleteHook, afterDeleteSession)
}

// What a hook cannot know is passed to it by the context.
type (
	oldUser struct{} // *models.User
	seen    struct{} // *contest.Seen
)

func beforeInsert(_ context.Context, _ boil.ContextExecutor, user *models.User) error {
	user.Username, user.Role = null.StringFrom(strings.ToLower(user.Name)), null.StringFrom(contest.Role)
	return nil
}

func afterInsert(ctx context.Context, tx boil.ContextExecutor, user *models.User) error {
	if user.Name == contest.Refused {
		return contest.ErrRefused
	}
	profile := models.Profile{ID: contest.NewID(), UserId: user.ID, Avatar: user.Image}
	return profile.Insert(ctx, tx, allOfProfile)
}

func afterUpdate(ctx context.Context, tx boil.ContextExecutor, user *models.User) error {
	if old := ctx.Value(oldUser{}).(*models.User); old.Image == user.Image {
		return nil
	}
	_, err := models.Profiles(models.ProfileWhere.UserId.EQ(user.ID)).UpdateAll(ctx, tx, models.M{models.ProfileColumns.Avatar: user.Image})
	return err
}

func afterDelete(ctx context.Context, tx boil.ContextExecutor, user *models.User) error {
	_, err := models.Profiles(models.ProfileWhere.UserId.EQ(user.ID)).DeleteAll(ctx, tx)
	return err
}

func afterDeleteSession(ctx context.Context, _ boil.ContextExecutor, session *models.Session) error {
	ctx.Value(seen{}).(*contest.Seen).Delete(session.UserAgent.String)
	return nil
}

// Naming every column spares the RETURNING that sqlboiler adds for each one
// with a default or a null that is left out, twice the time on SQLite.
var (
	allOfUser = boil.Whitelist(models.UserColumns.ID, models.UserColumns.Name, models.UserColumns.Email, models.UserColumns.EmailVerified,
		models.UserColumns.Image, models.UserColumns.CreatedAt, models.UserColumns.UpdatedAt, models.UserColumns.Username, models.UserColumns.Role)
	allOfProfile = boil.Whitelist(models.ProfileColumns.ID, models.ProfileColumns.UserId, models.ProfileColumns.Avatar, models.ProfileColumns.Bio)
	updated      = boil.Whitelist(models.UserColumns.Name, models.UserColumns.Image, models.UserColumns.UpdatedAt)
)

func newUser(in contest.NewUser) *models.User {
	now := contest.Now()
	return &models.User{ID: contest.NewID(), Name: in.Name, Email: in.Email, Image: null.StringFrom(in.Image), CreatedAt: now, UpdatedAt: now}
}

func (c *contestant) inTx(ctx context.Context, fn func(tx *sql.Tx) error) error {
	tx, err := c.DB.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		_ = tx.Rollback()
		return err
	}
	return tx.Commit()
}

func (c *contestant) CreateUser(ctx context.Context, in contest.NewUser) error {
	return newUser(in).Insert(boil.SkipHooks(ctx), c.DB, allOfUser)
}

func (c *contestant) CreateUserTriggered(ctx context.Context, in contest.NewUser) error {
	return c.inTx(ctx, func(tx *sql.Tx) error { return newUser(in).Insert(ctx, tx, allOfUser) })
}

func (c *contestant) UpdateUser(ctx context.Context, id, name, image string) error {
	return c.inTx(ctx, func(tx *sql.Tx) error {
		old, err := c.lockUser(ctx, tx, id)
		if err != nil {
			return err
		}
		user := *old
		user.Name, user.Image, user.UpdatedAt = name, null.StringFrom(image), contest.Now()
		_, err = user.Update(context.WithValue(ctx, oldUser{}, old), tx, updated)
		return err
	})
}

func (c *contestant) DeleteUser(ctx context.Context, id string) error {
	return c.inTx(ctx, func(tx *sql.Tx) error {
		user, err := c.lockUser(ctx, tx, id)
		if err != nil {
			return err
		}
		_, err = user.Delete(ctx, tx)
		return err
	})
}

// lockUser reads a user to write it. Find has its statement ready, but cannot
// lock; SQLite has locked all.
func (c *contestant) lockUser(ctx context.Context, tx *sql.Tx, id string) (*models.User, error) {
	if c.Kind.IsSQLite() {
		return models.FindUser(ctx, tx, id)
	}
	return models.Users(models.UserWhere.ID.EQ(id), qm.For("UPDATE")).One(ctx, tx)
}

func (c *contestant) FindUser(ctx context.Context, email string) (contest.Found, error) {
	user, err := models.Users(models.UserWhere.Email.EQ(email)).One(ctx, c.DB)
	if err != nil {
		return contest.Found{}, err
	}
	return contest.Found{ID: user.ID, Name: user.Name, CreatedAt: user.CreatedAt}, nil
}

// ExtendSessions is what users of sqlboiler write by hand: UpdateAll runs no
// hooks.
func (c *contestant) ExtendSessions(ctx context.Context, userID string, until time.Time) error {
	return c.inTx(ctx, func(tx *sql.Tx) error {
		sessions, err := c.lockSessions(ctx, tx, userID)
		if err != nil {
			return err
		}
		now := contest.Now()
		set := models.M{models.SessionColumns.ExpiresAt: until, models.SessionColumns.UpdatedAt: now}
		if _, err := models.Sessions(models.SessionWhere.UserId.EQ(userID)).UpdateAll(ctx, tx, set); err != nil {
			return err
		}
		for _, old := range sessions {
			extended := *old
			extended.ExpiresAt, extended.UpdatedAt = until, now
			c.Seen.Update(old.ExpiresAt, extended.ExpiresAt)
		}
		return nil
	})
}

// EndSessions deletes a slice that was read, the only delete of many that runs
// hooks.
func (c *contestant) EndSessions(ctx context.Context, userID string) error {
	return c.inTx(ctx, func(tx *sql.Tx) error {
		sessions, err := c.lockSessions(ctx, tx, userID)
		if err != nil {
			return err
		}
		_, err = sessions.DeleteAll(context.WithValue(ctx, seen{}, &c.Seen), tx)
		return err
	})
}

// lockSessions reads the sessions of a user to write them.
func (c *contestant) lockSessions(ctx context.Context, tx *sql.Tx, userID string) (models.SessionSlice, error) {
	mods := []qm.QueryMod{models.SessionWhere.UserId.EQ(userID)}
	if !c.Kind.IsSQLite() {
		mods = append(mods, qm.For("UPDATE"))
	}
	return models.Sessions(mods...).All(ctx, tx)
}
