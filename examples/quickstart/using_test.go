package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/authgen/authgen/examples/quickstart/auth"
	"github.com/authgen/authgen/runtime/sqlite"
)

// TestUsing runs what docs/using.md shows.
func TestUsing(t *testing.T) {
	ctx := t.Context()
	db, err := auth.Open(ctx, sqlite.Open(filepath.Join(t.TempDir(), "app.db")), auth.NoTriggers{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	if err := write(ctx, db); err != nil {
		t.Error(err)
	}
	if err := read(ctx, db); err != nil {
		t.Error(err)
	}
	if err := together(ctx, db); err != nil {
		t.Error(err)
	}
}

func write(ctx context.Context, db *auth.DB) error {
	user, err := db.User.Create(ctx, auth.UserCreate{
		Name:  "Ada",
		Email: "ada@example.com",
		Role:  auth.Set(auth.UserRoleAdmin), // has a default: an Opt
		Image: new("ada.png"),               // nullable: a pointer
	})
	if err != nil {
		return err
	}
	user, err = db.User.Update(ctx, user.ID, auth.UserPatch{
		Name:  auth.Set("Ada L."),
		Image: auth.Null[string](), // what is unset stays as it is
	})
	if err != nil {
		return err
	}
	n, err := db.User.UpdateMany(ctx, auth.UserCols.Role.Eq(auth.UserRoleAdmin), auth.UserPatch{EmailVerified: auth.Set(true)})
	if err != nil {
		return err
	}
	fmt.Println(user.Name, n)

	_, err = db.User.Create(ctx, auth.UserCreate{Name: "Eve", Email: "ada@example.com"})
	var unique *auth.UniqueError
	if errors.As(err, &unique) {
		fmt.Println(unique.Table, unique.Fields) // user [email]
	}
	return nil
}

func read(ctx context.Context, db *auth.DB) error {
	user, err := db.User.GetByEmail(ctx, "ada@example.com")
	if errors.Is(err, auth.ErrNotFound) {
		return errors.New("nobody has that address")
	}
	if err != nil {
		return err
	}
	latest, err := db.Session.Find(ctx, auth.SessionQuery{
		Where: auth.And(
			auth.SessionCols.UserID.Eq(user.ID),
			auth.SessionCols.ExpiresAt.Gt(time.Now()),
		),
		OrderBy: auth.SessionOrder{auth.SessionCols.CreatedAt.Desc()},
		Limit:   10,
	})
	if err != nil {
		return err
	}
	for user, err := range db.User.Each(ctx, auth.UserQuery{}) { // every row, a batch at a time
		if err != nil {
			return err
		}
		fmt.Println(user.Name, len(latest))
	}
	return nil
}

func together(ctx context.Context, db *auth.DB) error {
	return db.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
		_, ok, err := tx.Verification.ConsumeOne(ctx, auth.VerificationCols.Identifier.Eq(auth.NewSecret("ada@example.com")))
		if err != nil || !ok {
			return err
		}
		err = tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error { // a savepoint
			_, err := tx.User.Create(ctx, auth.UserCreate{Name: "Ada", Email: "ada@example.com"})
			return err
		})
		if errors.Is(err, auth.ErrUnique) {
			err = nil // undone, and the transaction goes on
		}
		return err
	})
}
