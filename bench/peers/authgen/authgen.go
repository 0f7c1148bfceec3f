// Package authgen is the contestant that all this is about, with triggers where
// a workload needs them. Library and OnPool have three generated packages on one database, so that W1
// and W5 use tables without, W2, W3, W4 and W8 triggers on user, and W6 and W7
// triggers on session.
package authgen

import (
	"context"
	"errors"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/bench/contest"
	"github.com/authgen/authgen/bench/peers/authgen/generated/integers"
	onsession "github.com/authgen/authgen/bench/peers/authgen/onsession/generated/auth"
	sessiontriggers "github.com/authgen/authgen/bench/peers/authgen/onsession/triggers"
	onuser "github.com/authgen/authgen/bench/peers/authgen/onuser/generated/auth"
	usertriggers "github.com/authgen/authgen/bench/peers/authgen/onuser/triggers"
	plain "github.com/authgen/authgen/bench/peers/authgen/plain/generated/auth"
	"github.com/authgen/authgen/bench/peers/authgen/program"
	"github.com/authgen/authgen/dialect"
)

// Library is authgen as its documentation recommends: it opens the database.
var Library = contest.Library{
	Name:  Name,
	About: "generated, opened by its DSN",
	Open: func(ctx context.Context, at contest.Place) (contest.Contestant, error) {
		database, err := open(at)
		if err != nil {
			return nil, err
		}
		return enter(ctx, at, database)
	},
	Skip: missing(),
}

// Program is authgen as a real program has it: one package with the triggers of all
// workloads. A delete of a user then reads the sessions that go with it, to fire
// their triggers, which no peer does. W1 is a write without triggers.
var Program = contest.Library{
	Name:  Name + "-program",
	About: "generated, all triggers in one package, as in a real program: W4 reads the user's sessions too",
	Open: func(ctx context.Context, at contest.Place) (contest.Contestant, error) {
		database, err := open(at)
		if err != nil {
			return nil, err
		}
		if at.Integers {
			return integers.Enter(ctx, at, database)
		}
		return program.Enter(ctx, at, database)
	},
	Skip:     missing(),
	Integers: true,
}

// OnPool is authgen on a pool that the program opened, of which it knows
// nothing but what database/sql tells.
var OnPool = contest.Library{
	Name:  Name + "-pool",
	About: "generated, on a *sql.DB of the program",
	Open: func(ctx context.Context, at contest.Place) (contest.Contestant, error) {
		pool, err := at.Pool()
		if err != nil {
			return nil, err
		}
		return enter(ctx, at, databases[at.Kind].take(pool))
	},
	Skip: missing(),
}

// Name is that of the contestant whose ratios have goals.
const Name = "authgen"

// open opens a database by its DSN.
func open(at contest.Place) (dialect.Database, error) {
	database := databases[at.Kind].open(at.DSN)
	if database.Err == nil {
		at.Limit(database.Pool)
	}
	return database, database.Err
}

type contestant struct {
	contest.Base
	plain     *plain.DB
	onUser    *onuser.DB
	onSession *onsession.DB
}

// enter opens the generated packages and creates their tables, which are the
// same.
func enter(ctx context.Context, at contest.Place, database dialect.Database) (contest.Contestant, error) {
	c := &contestant{Base: contest.Base{DB: database.Pool, Kind: at.Kind}}
	if at.Kind.IsSQLite() {
		c.Time = func(t time.Time) any { return t.Format(authgen.TimeLayout) }
	}
	var errs [3]error
	c.plain, errs[0] = plain.Open(ctx, database)
	c.onUser, errs[1] = onuser.Open(ctx, database, &usertriggers.Triggers{})
	c.onSession, errs[2] = onsession.Open(ctx, database, &sessiontriggers.Triggers{Seen: &c.Seen})
	if err := errors.Join(errs[:]...); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	if err := c.plain.CreateTables(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (c *contestant) CreateUser(ctx context.Context, in contest.NewUser) error {
	_, err := c.plain.User.Create(ctx, plain.UserCreate{Name: in.Name, Email: in.Email, Image: &in.Image})
	return err
}

func (c *contestant) CreateUserTriggered(ctx context.Context, in contest.NewUser) error {
	_, err := c.onUser.User.Create(ctx, onuser.UserCreate{Name: in.Name, Email: in.Email, Image: &in.Image})
	return err
}

func (c *contestant) UpdateUser(ctx context.Context, id, name, image string) error {
	_, err := c.onUser.User.Update(ctx, onuser.UserID(id), onuser.UserPatch{Name: onuser.Set(name), Image: onuser.Set(&image)})
	return err
}

func (c *contestant) DeleteUser(ctx context.Context, id string) error {
	return c.onUser.User.Delete(ctx, onuser.UserID(id))
}

func (c *contestant) FindUser(ctx context.Context, email string) (contest.Found, error) {
	user, err := c.plain.User.GetByEmail(ctx, email)
	return contest.Found{ID: string(user.ID), Name: user.Name, CreatedAt: user.CreatedAt}, err
}

func (c *contestant) ExtendSessions(ctx context.Context, userID string, until time.Time) error {
	ofUser := onsession.SessionCols.UserID.Eq(onsession.UserID(userID))
	_, err := c.onSession.Session.UpdateMany(ctx, ofUser, onsession.SessionPatch{ExpiresAt: onsession.Set(until)})
	return err
}

func (c *contestant) EndSessions(ctx context.Context, userID string) error {
	_, err := c.onSession.Session.DeleteMany(ctx, onsession.SessionCols.UserID.Eq(onsession.UserID(userID)))
	return err
}
