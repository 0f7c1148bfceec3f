// Package l1 is the reference: what a careful programmer writes by hand with
// database/sql for exactly these workloads. One sql.Tx an operation, statements
// that are prepared once, no reading back of what is known, and what is called
// a trigger elsewhere is here a line of the operation itself.
package l1

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/authgen/authgen/bench/contest"
)

// Library makes the reference.
var Library = contest.Library{
	Name:  "L1",
	About: "by hand: database/sql, one sql.Tx, statements prepared once",
	Open:  open,

	Integers: true,
}

type contestant struct {
	contest.Base
	integers                          bool // columns of times hold integers
	insertUser, insertProfile         *sql.Stmt
	userByEmail, userByID, updateUser *sql.Stmt
	updateAvatar, deleteProfile       *sql.Stmt
	deleteUser, deleteSessions        *sql.Stmt // SQLite: what was read is deleted
	takeUser, takeSessions            *sql.Stmt // others: what is deleted is returned
	sessionsOf, extendSessions        *sql.Stmt
}

const (
	userColumns    = `"id", "name", "email", "emailVerified", "image", "createdAt", "updatedAt", "username", "role"`
	sessionColumns = `"id", "expiresAt", "token", "createdAt", "updatedAt", "ipAddress", "userAgent", "userId"`
)

// A statement is one to prepare.
type statement struct {
	to    **sql.Stmt
	query string
}

// statements returns those that the contestant needs. A server returns what it
// deletes, which saves a round trip; SQLite is in the process, where reading
// first costs less than RETURNING.
func (c *contestant) statements() []statement {
	lock := c.Kind.Lock()
	list := []statement{
		{&c.insertUser, `INSERT INTO "user" (` + userColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&c.insertProfile, `INSERT INTO "profile" ("id", "userId", "avatar", "bio") VALUES (?, ?, ?, ?)`},
		{&c.userByEmail, `SELECT ` + userColumns + ` FROM "user" WHERE "email" = ?`},
		{&c.userByID, `SELECT ` + userColumns + ` FROM "user" WHERE "id" = ?` + lock},
		{&c.updateUser, `UPDATE "user" SET "name" = ?, "image" = ?, "updatedAt" = ? WHERE "id" = ?`},
		{&c.updateAvatar, `UPDATE "profile" SET "avatar" = ? WHERE "userId" = ?`},
		{&c.deleteProfile, `DELETE FROM "profile" WHERE "userId" = ?`},
		{&c.sessionsOf, `SELECT ` + sessionColumns + ` FROM "session" WHERE "userId" = ?` + lock},
		{&c.extendSessions, `UPDATE "session" SET "expiresAt" = ?, "updatedAt" = ? WHERE "userId" = ?`},
	}
	deleteUser, deleteSessions := `DELETE FROM "user" WHERE "id" = ?`, `DELETE FROM "session" WHERE "userId" = ?`
	if c.Kind.IsSQLite() {
		return append(list, statement{&c.deleteUser, deleteUser}, statement{&c.deleteSessions, deleteSessions})
	}
	return append(list, statement{&c.takeUser, deleteUser + ` RETURNING ` + userColumns},
		statement{&c.takeSessions, deleteSessions + ` RETURNING ` + sessionColumns})
}

func open(ctx context.Context, at contest.Place) (contest.Contestant, error) {
	db, err := at.Open(ctx)
	if err != nil {
		return nil, err
	}
	c := &contestant{Base: contest.Base{DB: db, Kind: at.Kind, Time: asTime}}
	if at.Integers {
		c.Time, c.integers = asInteger, true
	}
	for _, s := range c.statements() {
		if *s.to, err = db.PrepareContext(ctx, at.Kind.SQL(s.query)); err != nil {
			return nil, fmt.Errorf("%s: %w", s.query, err)
		}
	}
	return c, nil
}

// inTx runs fn in a transaction.
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
