// Package ent is the peer whose hooks wrap a mutation. They run in the
// transaction of the write only if the caller takes a transaction client, which
// it does here. Where ent has no old row to give, the hook reads it, as its
// documentation does; it locks it, which the other contestants do too.
package ent

import (
	"context"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"github.com/authgen/authgen/bench/contest"
	"github.com/authgen/authgen/bench/peers/ent/generated/db"
	"github.com/authgen/authgen/bench/peers/ent/generated/db/hook"
	"github.com/authgen/authgen/bench/peers/ent/generated/db/profile"
	"github.com/authgen/authgen/bench/peers/ent/generated/db/session"
	"github.com/authgen/authgen/bench/peers/ent/generated/db/user"
	"github.com/authgen/authgen/bench/tools"
)

// Library makes the contestant.
var Library = contest.Library{
	Name:  "ent",
	About: tools.Ent.Version + ", hooks on a transaction client",
	Hooks: true,
	Open:  open,
}

var dialects = map[contest.Kind]string{
	contest.SQLiteFile: dialect.SQLite, contest.SQLiteMemory: dialect.SQLite,
	contest.Postgres: dialect.Postgres, contest.MariaDB: dialect.MySQL,
}

// A contestant has a client without hooks for W1 and W5: hooks are those of a
// client, and would cost there.
type contestant struct {
	contest.Base
	plain, hooked *db.Client
}

func open(ctx context.Context, at contest.Place) (contest.Contestant, error) {
	pool, err := at.Open(ctx)
	if err != nil {
		return nil, err
	}
	driver := db.Driver(sql.OpenDB(dialects[at.Kind], pool))
	c := &contestant{Base: contest.Base{DB: pool, Kind: at.Kind}, plain: db.NewClient(driver), hooked: db.NewClient(driver)}
	c.hooked.User.Use(
		hook.On(onCreate, db.OpCreate),
		hook.On(c.onUpdate, db.OpUpdateOne),
		hook.On(c.onDelete, db.OpDeleteOne),
	)
	return c, nil
}

// inTx is the transaction helper of ent's documentation.
func (c *contestant) inTx(ctx context.Context, fn func(tx *db.Tx) error) error {
	tx, err := c.hooked.Tx(ctx)
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
	return c.plain.User.Create().SetName(in.Name).SetEmail(in.Email).SetImage(in.Image).Exec(ctx)
}

func (c *contestant) CreateUserTriggered(ctx context.Context, in contest.NewUser) error {
	return c.inTx(ctx, func(tx *db.Tx) error {
		return tx.User.Create().SetName(in.Name).SetEmail(in.Email).SetImage(in.Image).Exec(ctx)
	})
}

// onCreate is the before and the on trigger of W2 and W8.
func onCreate(next db.Mutator) db.Mutator {
	return hook.UserFunc(func(ctx context.Context, m *db.UserMutation) (db.Value, error) {
		name, _ := m.Name()
		m.SetUsername(strings.ToLower(name))
		m.SetRole(contest.Role)
		value, err := next.Mutate(ctx, m)
		if err != nil {
			return nil, err
		}
		created := value.(*db.User)
		if created.Name == contest.Refused {
			return nil, contest.ErrRefused
		}
		return value, m.Client().Profile.Create().SetUserID(created.ID).SetNillableAvatar(created.Image).Exec(ctx)
	})
}

func (c *contestant) UpdateUser(ctx context.Context, id, name, image string) error {
	return c.inTx(ctx, func(tx *db.Tx) error {
		return tx.User.UpdateOneID(id).SetName(name).SetImage(image).Exec(ctx)
	})
}

// onUpdate is the on trigger of W3.
func (c *contestant) onUpdate(next db.Mutator) db.Mutator {
	return hook.UserFunc(func(ctx context.Context, m *db.UserMutation) (db.Value, error) {
		old, err := c.lock(ctx, m)
		if err != nil {
			return nil, err
		}
		value, err := next.Mutate(ctx, m)
		if err != nil {
			return nil, err
		}
		changed := value.(*db.User)
		if old.Image != nil && *old.Image == *changed.Image {
			return value, nil
		}
		return value, m.Client().Profile.Update().Where(profile.UserID(changed.ID)).SetAvatar(*changed.Image).Exec(ctx)
	})
}

// lock reads the user that a mutation is about. SQLite has locked all.
func (c *contestant) lock(ctx context.Context, m *db.UserMutation) (*db.User, error) {
	id, _ := m.ID()
	query := m.Client().User.Query().Where(user.ID(id))
	if !c.Kind.IsSQLite() {
		query.ForUpdate()
	}
	return query.Only(ctx)
}

func (c *contestant) DeleteUser(ctx context.Context, id string) error {
	return c.inTx(ctx, func(tx *db.Tx) error { return tx.User.DeleteOneID(id).Exec(ctx) })
}

// onDelete is the on trigger of W4.
func (c *contestant) onDelete(next db.Mutator) db.Mutator {
	return hook.UserFunc(func(ctx context.Context, m *db.UserMutation) (db.Value, error) {
		old, err := c.lock(ctx, m)
		if err != nil {
			return nil, err
		}
		value, err := next.Mutate(ctx, m)
		if err != nil {
			return nil, err
		}
		_, err = m.Client().Profile.Delete().Where(profile.UserID(old.ID)).Exec(ctx)
		return value, err
	})
}

func (c *contestant) FindUser(ctx context.Context, email string) (contest.Found, error) {
	found, err := c.plain.User.Query().Where(user.Email(email)).Only(ctx)
	if err != nil {
		return contest.Found{}, err
	}
	return contest.Found{ID: found.ID, Name: found.Name, CreatedAt: found.CreatedAt}, nil
}

// ExtendSessions is what users of ent write by hand: a hook on an update of many
// runs once, with a predicate and no rows.
func (c *contestant) ExtendSessions(ctx context.Context, userID string, until time.Time) error {
	return c.inTx(ctx, func(tx *db.Tx) error {
		sessions, err := c.sessions(ctx, tx, userID)
		if err != nil {
			return err
		}
		now := contest.Now()
		if err := tx.Session.Update().Where(session.UserID(userID)).SetExpiresAt(until).SetUpdatedAt(now).Exec(ctx); err != nil {
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

// EndSessions is by hand for the same reason.
func (c *contestant) EndSessions(ctx context.Context, userID string) error {
	return c.inTx(ctx, func(tx *db.Tx) error {
		sessions, err := c.sessions(ctx, tx, userID)
		if err != nil {
			return err
		}
		if _, err := tx.Session.Delete().Where(session.UserID(userID)).Exec(ctx); err != nil {
			return err
		}
		for _, old := range sessions {
			c.Seen.Delete(*old.UserAgent)
		}
		return nil
	})
}

// sessions reads the sessions of a user to write them.
func (c *contestant) sessions(ctx context.Context, tx *db.Tx, userID string) ([]*db.Session, error) {
	query := tx.Session.Query().Where(session.UserID(userID))
	if !c.Kind.IsSQLite() {
		query.ForUpdate()
	}
	return query.All(ctx)
}
