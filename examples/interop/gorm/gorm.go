// Package gorm writes table audit with gorm.
package gorm

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"github.com/authgen/authgen/examples/interop/auth"
)

// An Audit is a row of table audit.
type Audit struct {
	ID     int64
	UserID string
	Action string
}

// TableName is the table that gorm stores an Audit in.
func (Audit) TableName() string { return "audit" }

// Triggers keep table audit.
type Triggers struct {
	// DB is the handle of the program.
	DB *gorm.DB

	// Welcome, if not nil, welcomes a new user. If it returns
	// ErrUnwelcome, the user is stored, and no welcome is recorded.
	Welcome func(auth.User) error
}

// ErrUnwelcome is the error of Welcome for a user that it does not welcome.
var ErrUnwelcome = errors.New("unwelcome")

var _ auth.Triggers = (*Triggers)(nil)

// OnCreateUser records the new user, and whether there was a welcome.
func (t *Triggers) OnCreateUser(ctx context.Context, tx *auth.Tx, user auth.User) error {
	db := In(ctx, tx, t.DB)
	if err := db.Create(&Audit{UserID: string(user.ID), Action: "created"}).Error; err != nil {
		return err
	}
	if t.Welcome == nil {
		return nil
	}
	err := db.Transaction(func(db *gorm.DB) error { // a savepoint
		if err := db.Create(&Audit{UserID: string(user.ID), Action: "welcomed"}).Error; err != nil {
			return err
		}
		return t.Welcome(user)
	})
	if errors.Is(err, ErrUnwelcome) {
		err = nil // "welcomed" is undone, "created" is not
	}
	return err
}

// OnDeleteUser records that a user is gone.
func (t *Triggers) OnDeleteUser(ctx context.Context, tx *auth.Tx, user auth.User) error {
	return In(ctx, tx, t.DB).Create(&Audit{UserID: string(user.ID), Action: "deleted"}).Error
}

// RecordOnce writes an entry unless the same entry exists.
func (t *Triggers) RecordOnce(ctx context.Context, tx *auth.Tx, entry Audit) error {
	err := tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
		return In(ctx, tx, t.DB).Create(&entry).Error
	})
	if errors.Is(err, auth.ErrUnique) {
		err = nil // undone, and the transaction goes on
	}
	return err
}
