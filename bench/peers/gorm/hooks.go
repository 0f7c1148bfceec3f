package gorm

import (
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/authgen/authgen/bench/contest"
)

// HookedUser is the table user with hooks, which get the transaction of the
// write.
type HookedUser struct {
	User `gorm:"embedded"`
}

// What a hook cannot know is passed to it by the context.
type (
	oldUser struct{} // *HookedUser
	seen    struct{} // *contest.Seen
)

// equal is a condition that gorm need not parse.
func equal(column, value string) clause.Eq {
	return clause.Eq{Column: clause.Column{Name: column}, Value: value}
}

// BeforeCreate is the before trigger of W2.
func (u *HookedUser) BeforeCreate(*gorm.DB) error {
	u.Username, u.Role = new(strings.ToLower(u.Name)), new(contest.Role)
	return nil
}

// AfterCreate is the on trigger of W2 and W8.
func (u *HookedUser) AfterCreate(tx *gorm.DB) error {
	if u.Name == contest.Refused {
		return contest.ErrRefused
	}
	return tx.Create(&Profile{ID: contest.NewID(), UserID: u.ID, Avatar: u.Image}).Error
}

// AfterUpdate is the on trigger of W3.
func (u *HookedUser) AfterUpdate(tx *gorm.DB) error {
	old := tx.Statement.Context.Value(oldUser{}).(*HookedUser)
	if old.Image != nil && *old.Image == *u.Image {
		return nil
	}
	return tx.Model(&Profile{}).Where(equal("userId", u.ID)).Update("avatar", u.Image).Error
}

// AfterDelete is the on trigger of W4.
func (u *HookedUser) AfterDelete(tx *gorm.DB) error {
	return tx.Where(equal("userId", u.ID)).Delete(&Profile{}).Error
}

// AfterDelete is the on trigger of W7.
func (s *Session) AfterDelete(tx *gorm.DB) error {
	tx.Statement.Context.Value(seen{}).(*contest.Seen).Delete(*s.UserAgent)
	return nil
}
