package gorm

import (
	"time"

	"github.com/authgen/authgen/bench/contest"
)

// User is the table user without hooks: they are methods of the model, so that
// using a table with and without them takes two types.
type User struct {
	ID            string    `gorm:"primaryKey"`
	Name          string    `gorm:"column:name"`
	Email         string    `gorm:"column:email"`
	EmailVerified bool      `gorm:"column:emailVerified"`
	Image         *string   `gorm:"column:image"`
	CreatedAt     time.Time `gorm:"column:createdAt"`
	UpdatedAt     time.Time `gorm:"column:updatedAt"`
	Username      *string   `gorm:"column:username"`
	Role          *string   `gorm:"column:role"`
}

// TableName names the table.
func (User) TableName() string { return "user" }

func newUser(in contest.NewUser) User {
	now := contest.Now()
	return User{ID: contest.NewID(), Name: in.Name, Email: in.Email, Image: &in.Image, CreatedAt: now, UpdatedAt: now}
}

// Session is the table session.
type Session struct {
	ID        string    `gorm:"primaryKey"`
	ExpiresAt time.Time `gorm:"column:expiresAt"`
	Token     string    `gorm:"column:token"`
	CreatedAt time.Time `gorm:"column:createdAt"`
	UpdatedAt time.Time `gorm:"column:updatedAt"`
	IPAddress *string   `gorm:"column:ipAddress"`
	UserAgent *string   `gorm:"column:userAgent"`
	UserID    string    `gorm:"column:userId"`
}

// TableName names the table.
func (Session) TableName() string { return "session" }

// Profile is the table profile.
type Profile struct {
	ID     string  `gorm:"primaryKey"`
	UserID string  `gorm:"column:userId"`
	Avatar *string `gorm:"column:avatar"`
	Bio    string  `gorm:"column:bio"`
}

// TableName names the table.
func (Profile) TableName() string { return "profile" }
