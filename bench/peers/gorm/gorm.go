// Package gorm is the peer whose hooks are methods of the model, with the
// transaction of the write. It runs as its page on performance advises: without
// a transaction of its own around single writes, and with prepared statements
// for them. Within a transaction it would prepare each statement again, which
// was slower on every database than to prepare none.
package gorm

import (
	"context"
	"errors"
	"time"

	"github.com/libtnb/sqlite"
	"gorm.io/driver/mysql"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"

	"github.com/authgen/authgen/bench/contest"
)

// Library makes the contestant. On SQLite its dialect is that of libtnb, since
// gorm's own brings another driver.
var Library = contest.Library{
	Name:  "gorm",
	About: "v1.31.2, hooks; statements prepared outside of transactions",
	Hooks: true,
	Open:  open,
}

type contestant struct {
	contest.Base
	db, prepared *gorm.DB
}

func open(ctx context.Context, at contest.Place) (contest.Contestant, error) {
	pool, err := at.Open(ctx)
	if err != nil {
		return nil, err
	}
	var dialector gorm.Dialector
	switch at.Kind {
	case contest.Postgres:
		dialector = postgres.New(postgres.Config{Conn: pool})
	case contest.MariaDB:
		dialector = mysql.New(mysql.Config{Conn: pool})
	default:
		dialector = sqlite.New(sqlite.Config{Conn: pool})
	}
	db, err := gorm.Open(dialector, &gorm.Config{
		SkipDefaultTransaction: true,
		Logger:                 logger.Discard,
		NowFunc:                contest.Now,
	})
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	prepared := db.Session(&gorm.Session{PrepareStmt: true})
	return &contestant{Base: contest.Base{DB: pool, Kind: at.Kind}, db: db, prepared: prepared}, nil
}

// inTx runs fn in a transaction of gorm's.
func (c *contestant) inTx(ctx context.Context, fn func(tx *gorm.DB) error) error {
	return c.db.WithContext(ctx).Transaction(fn)
}

// lock makes a query lock its rows. SQLite has locked all.
func (c *contestant) lock(tx *gorm.DB) *gorm.DB {
	if c.Kind.IsSQLite() {
		return tx
	}
	return tx.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
}

func (c *contestant) CreateUser(ctx context.Context, in contest.NewUser) error {
	u := newUser(in)
	return c.prepared.WithContext(ctx).Create(&u).Error
}

func (c *contestant) CreateUserTriggered(ctx context.Context, in contest.NewUser) error {
	return c.inTx(ctx, func(tx *gorm.DB) error { return tx.Create(&HookedUser{newUser(in)}).Error })
}

// UpdateUser sets the fields of the patch that are not zero, and gorm moves
// updatedAt.
func (c *contestant) UpdateUser(ctx context.Context, id, name, image string) error {
	return c.inTx(ctx, func(tx *gorm.DB) error {
		var old HookedUser
		if err := c.lock(tx).Where(equal("id", id)).Take(&old).Error; err != nil {
			return err
		}
		changed := old
		tx = tx.WithContext(context.WithValue(ctx, oldUser{}, &old))
		return tx.Model(&changed).Updates(HookedUser{User{Name: name, Image: &image}}).Error
	})
}

func (c *contestant) DeleteUser(ctx context.Context, id string) error {
	return c.inTx(ctx, func(tx *gorm.DB) error {
		var old HookedUser
		if err := c.lock(tx).Where(equal("id", id)).Take(&old).Error; err != nil {
			return err
		}
		return tx.Delete(&old).Error
	})
}

func (c *contestant) FindUser(ctx context.Context, email string) (contest.Found, error) {
	var u User
	err := c.prepared.WithContext(ctx).Where(equal("email", email)).Take(&u).Error
	return contest.Found{ID: u.ID, Name: u.Name, CreatedAt: u.CreatedAt}, err
}

// ExtendSessions is what users of gorm write by hand: an update of many runs a
// hook once, on an empty model.
func (c *contestant) ExtendSessions(ctx context.Context, userID string, until time.Time) error {
	return c.inTx(ctx, func(tx *gorm.DB) error {
		var sessions []Session
		if err := c.lock(tx).Where(equal("userId", userID)).Find(&sessions).Error; err != nil {
			return err
		}
		now := contest.Now()
		set := Session{ExpiresAt: until, UpdatedAt: now}
		if err := tx.Model(&Session{}).Where(equal("userId", userID)).Updates(set).Error; err != nil {
			return err
		}
		for _, old := range sessions {
			extended := old
			extended.ExpiresAt, extended.UpdatedAt = until, now
			c.Seen.Update(old.ExpiresAt, extended.ExpiresAt)
		}
		return nil
	})
}

// EndSessions deletes a slice that was read, which runs the hook for each.
func (c *contestant) EndSessions(ctx context.Context, userID string) error {
	return c.inTx(ctx, func(tx *gorm.DB) error {
		var sessions []Session
		if err := c.lock(tx).Where(equal("userId", userID)).Find(&sessions).Error; err != nil {
			return err
		}
		return tx.WithContext(context.WithValue(ctx, seen{}, &c.Seen)).Delete(&sessions).Error
	})
}
