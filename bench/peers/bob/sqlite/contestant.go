// Package sqlite runs the workloads with what bob generates for SQLite.
package sqlite

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/stephenafamo/bob"

	"github.com/authgen/authgen/bench/contest"
	"github.com/authgen/authgen/bench/peers/bob/sqlite/generated/models"
)

type contestant struct {
	contest.Base
	db bob.DB
}

// Open creates the tables.
func Open(ctx context.Context, at contest.Place) (contest.Contestant, error) {
	pool, err := at.Open(ctx)
	if err != nil {
		return nil, err
	}
	return &contestant{Base: contest.Base{DB: pool, Kind: at.Kind}, db: bob.NewDB(pool)}, nil
}

// Hooks are process-wide.
func init() {
	models.Users.BeforeInsertHooks.AppendHooks(beforeInsert)
	models.Users.AfterInsertHooks.AppendHooks(afterInsert)
	models.Users.AfterUpdateHooks.AppendHooks(afterUpdate)
	models.Users.AfterDeleteHooks.AppendHooks(afterDelete)
	models.Sessions.AfterUpdateHooks.AppendHooks(afterUpdateSessions)
	models.Sessions.AfterDeleteHooks.AppendHooks(afterDeleteSessions)
}

// What a hook cannot know is passed to it by the context.
type (
	oldUser     struct{} // *models.User
	oldSessions struct{} // map[string]*models.Session
	seen        struct{} // *contest.Seen
)

func beforeInsert(ctx context.Context, _ bob.Executor, user *models.UserSetter) (context.Context, error) {
	user.Username, user.Role = valid(strings.ToLower(*user.Name)), valid(contest.Role)
	return ctx, nil
}

func afterInsert(ctx context.Context, tx bob.Executor, users models.UserSlice) (context.Context, error) {
	for _, user := range users {
		if user.Name == contest.Refused {
			return ctx, contest.ErrRefused
		}
		profile := models.ProfileSetter{ID: new(contest.NewID()), UserId: &user.ID, Avatar: &user.Image, Bio: new("")}
		if _, err := models.Profiles.Insert(&profile).Exec(ctx, tx); err != nil {
			return ctx, err
		}
	}
	return ctx, nil
}

func afterUpdate(ctx context.Context, tx bob.Executor, users models.UserSlice) (context.Context, error) {
	old := ctx.Value(oldUser{}).(*models.User)
	for _, user := range users {
		if old.Image == user.Image {
			continue
		}
		set := models.ProfileSetter{Avatar: &user.Image}
		if _, err := models.Profiles.Update(set.UpdateMod(), models.UpdateWhere.Profiles.UserId.EQ(user.ID)).Exec(ctx, tx); err != nil {
			return ctx, err
		}
	}
	return ctx, nil
}

func afterDelete(ctx context.Context, tx bob.Executor, users models.UserSlice) (context.Context, error) {
	for _, user := range users {
		if _, err := models.Profiles.Delete(models.DeleteWhere.Profiles.UserId.EQ(user.ID)).Exec(ctx, tx); err != nil {
			return ctx, err
		}
	}
	return ctx, nil
}

func afterUpdateSessions(ctx context.Context, _ bob.Executor, sessions models.SessionSlice) (context.Context, error) {
	seen, old := ctx.Value(seen{}).(*contest.Seen), ctx.Value(oldSessions{}).(map[string]*models.Session)
	for _, session := range sessions {
		seen.Update(old[session.ID].ExpiresAt, session.ExpiresAt)
	}
	return ctx, nil
}

func afterDeleteSessions(ctx context.Context, _ bob.Executor, sessions models.SessionSlice) (context.Context, error) {
	seen := ctx.Value(seen{}).(*contest.Seen)
	for _, session := range sessions {
		seen.Delete(session.UserAgent.V)
	}
	return ctx, nil
}

func valid(s string) *sql.Null[string] { return &sql.Null[string]{V: s, Valid: true} }

func newUser(in contest.NewUser) *models.UserSetter {
	now := contest.Now()
	return &models.UserSetter{ID: new(contest.NewID()), Name: &in.Name, Email: &in.Email, EmailVerified: new(false),
		Image: valid(in.Image), CreatedAt: &now, UpdatedAt: &now}
}

// inTx runs fn in a transaction of bob's.
func (c *contestant) inTx(ctx context.Context, fn func(ctx context.Context, tx bob.Executor) error) error {
	return c.db.RunInTx(ctx, nil, fn)
}

// CreateUser does not read what the statement returns.
func (c *contestant) CreateUser(ctx context.Context, in contest.NewUser) error {
	_, err := models.Users.Insert(newUser(in)).Exec(bob.SkipModelHooks(ctx), c.db)
	return err
}

// CreateUserTriggered names the columns that the hook sets: on SQLite it cannot
// set others.
func (c *contestant) CreateUserTriggered(ctx context.Context, in contest.NewUser) error {
	return c.inTx(ctx, func(ctx context.Context, tx bob.Executor) error {
		user := newUser(in)
		user.Username, user.Role = &sql.Null[string]{}, &sql.Null[string]{}
		_, err := models.Users.Insert(user).One(ctx, tx)
		return err
	})
}

func (c *contestant) UpdateUser(ctx context.Context, id, name, image string) error {
	return c.inTx(ctx, func(ctx context.Context, tx bob.Executor) error {
		old, err := models.Users.Query(models.SelectWhere.Users.ID.EQ(id), lock).One(ctx, tx)
		if err != nil {
			return err
		}
		set := models.UserSetter{Name: &name, Image: valid(image), UpdatedAt: new(contest.Now())}
		ctx = context.WithValue(ctx, oldUser{}, old)
		_, err = models.Users.Update(set.UpdateMod(), models.UpdateWhere.Users.ID.EQ(id)).One(ctx, tx)
		return err
	})
}

// DeleteUser needs no SELECT: bob returns what it deletes, to the hook too.
func (c *contestant) DeleteUser(ctx context.Context, id string) error {
	return c.inTx(ctx, func(ctx context.Context, tx bob.Executor) error {
		_, err := models.Users.Delete(models.DeleteWhere.Users.ID.EQ(id)).One(ctx, tx)
		return err
	})
}

func (c *contestant) FindUser(ctx context.Context, email string) (contest.Found, error) {
	user, err := models.Users.Query(models.SelectWhere.Users.Email.EQ(email)).One(ctx, c.db)
	if err != nil {
		return contest.Found{}, err
	}
	return contest.Found{ID: user.ID, Name: user.Name, CreatedAt: user.CreatedAt}, nil
}

// ExtendSessions reads the old rows for the hook, which gets the new ones.
func (c *contestant) ExtendSessions(ctx context.Context, userID string, until time.Time) error {
	return c.inTx(ctx, func(ctx context.Context, tx bob.Executor) error {
		sessions, err := models.Sessions.Query(models.SelectWhere.Sessions.UserId.EQ(userID), lock).All(ctx, tx)
		if err != nil {
			return err
		}
		old := make(map[string]*models.Session, len(sessions))
		for _, session := range sessions {
			old[session.ID] = session
		}
		ctx = context.WithValue(context.WithValue(ctx, oldSessions{}, old), seen{}, &c.Seen)
		set := models.SessionSetter{ExpiresAt: &until, UpdatedAt: new(contest.Now())}
		_, err = models.Sessions.Update(set.UpdateMod(), models.UpdateWhere.Sessions.UserId.EQ(userID)).All(ctx, tx)
		return err
	})
}

func (c *contestant) EndSessions(ctx context.Context, userID string) error {
	return c.inTx(ctx, func(ctx context.Context, tx bob.Executor) error {
		ctx = context.WithValue(ctx, seen{}, &c.Seen)
		_, err := models.Sessions.Delete(models.DeleteWhere.Sessions.UserId.EQ(userID)).All(ctx, tx)
		return err
	})
}
