package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/examples/quickstart/auth"
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
	if err := many(ctx, db); err != nil {
		t.Error(err)
	}
	if err := claim(ctx, db); err != nil {
		t.Error(err)
	}
	if err := begin(ctx, db); err != nil {
		t.Error(err)
	}
}

// TestOptions opens a database with every option that docs/using.md shows, and
// triggers as functions.
func TestOptions(t *testing.T) {
	ctx := t.Context()
	database := sqlite.Open(filepath.Join(t.TempDir(), "app.db"))
	observer := auth.Observer(silent{})
	funcs := &auth.TriggerFuncs{
		BeforeCreateUser: func(_ context.Context, _ *auth.Tx, user *auth.User) error {
			user.Name = strings.TrimSpace(user.Name)
			return nil
		},
	}
	db, err := auth.Open(ctx, database, funcs.Triggers(),
		auth.WithObserver(observer), // sees every statement, trigger and transaction
		auth.WithClock(time.Now),    // what "default: now" means
		auth.WithRetry(5),           // how often a transaction runs again after a conflict
		auth.WithAfterError(func(ctx context.Context, err error) { // an entry of AfterCommit failed
			slog.ErrorContext(ctx, "after the commit", "error", err)
		}),
	)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	user, err := db.User.Create(ctx, auth.UserCreate{Name: " Ada ", Email: "ada@example.com"})
	if err != nil || user.Name != "Ada" {
		t.Errorf("created %q (%v)", user.Name, err)
	}
}

// silent is an observer that does nothing.
type silent struct{}

func (silent) Observe(ctx context.Context, _ auth.Step) (context.Context, func(error)) {
	return ctx, func(error) {}
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

func many(ctx context.Context, db *auth.DB) error {
	users, err := db.User.CreateMany(ctx, []auth.UserCreate{
		{Name: "Bob", Email: "bob@example.com"},
		{Name: "Cid", Email: "cid@example.com"},
	})
	if err != nil {
		return err
	}
	user, created, err := db.User.UpsertByEmail(ctx,
		auth.UserCreate{Name: "Bob", Email: "bob@example.com"}, // if nobody has the address
		auth.UserPatch{Name: auth.Set("Robert")})               // if somebody has
	if err != nil {
		return err
	}
	fmt.Println(len(users), user.Name, created) // 2 Robert false
	return nil
}

func claim(ctx context.Context, db *auth.DB) error {
	user, won, err := db.User.UpdateOne(ctx,
		auth.And(auth.UserCols.Email.Eq("bob@example.com"), auth.UserCols.EmailVerified.Eq(false)),
		auth.UserPatch{EmailVerified: auth.Set(true)})
	if err != nil {
		return err
	}
	fmt.Println(user.Name, won) // of several callers, one has won
	return nil
}

func begin(ctx context.Context, db *auth.DB) error {
	life, cancel := context.WithTimeout(context.Background(), 30*time.Second) // the transaction's
	defer cancel()
	tx, err := db.Begin(life)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // ErrTxDone after Commit
	user, err := tx.User.GetByEmail(ctx, "bob@example.com")
	if err != nil {
		return err
	}
	user, err = tx.User.GetForUpdate(ctx, user.ID)
	if err != nil {
		return err
	}
	if _, err := tx.User.Update(ctx, user.ID, auth.UserPatch{Name: auth.Set(user.Name + "!")}); err != nil {
		return err
	}
	return tx.Commit(ctx)
}
