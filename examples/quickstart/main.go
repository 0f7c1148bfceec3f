package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/authgen/authgen/examples/quickstart/auth"
	"github.com/authgen/authgen/examples/quickstart/triggers"
)

func main() {
	server := flag.String("server", "", "run on a server instead of SQLite: postgres://user@host:5432/database, or user@tcp(host:3306)/database; a database is made there, and dropped at the end")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *server); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

// run generates the adapter, opens it on a new database and shows what it does.
func run(ctx context.Context, out io.Writer, server string) (err error) {
	if err := generate(out); err != nil {
		return err
	}
	database, drop, err := newDatabase(server)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()

	story := &story{out: out, quiet: true} // until the tables exist
	trig := &triggers.Triggers{
		Mail: func(_ context.Context, to, text string) error {
			story.say("mail to %s: %s", to, text)
			return nil
		},
		AdminMails:     []string{"grace@example.com"},
		BlockedDomains: []string{"spam.example"},
	}
	db, err := auth.Open(ctx, database, trig, auth.WithObserver(story))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if err := db.CreateTables(ctx); err != nil {
		return err
	}
	story.quiet = false
	return tell(ctx, db, story)
}

// tell runs the use cases, one after the other.
func tell(ctx context.Context, db *auth.DB, story *story) error {
	story.title("Sign-up: beforeCreate picks the username, onCreate makes profile and organization")
	ada, err := db.User.Create(ctx, auth.UserCreate{Name: "Ada Lovelace", Email: "ada@example.com"})
	if err != nil {
		return err
	}
	story.say("stored: %s, username %s, role %s", ada.Name, *ada.Username, ada.Role)

	story.title("Sign-up of an admin with the same name: another username, another role")
	grace, err := db.User.Create(ctx, auth.UserCreate{Name: "Ada Lovelace", Email: "grace@example.com"})
	if err != nil {
		return err
	}
	story.say("stored: %s, username %s, role %s", grace.Name, *grace.Username, grace.Role)

	story.title("Sign-up from a blocked domain: beforeCreate refuses, before the first statement")
	_, err = db.User.Create(ctx, auth.UserCreate{Name: "Mallory", Email: "mallory@spam.example"})
	var rejected *auth.RejectedError
	if !errors.As(err, &rejected) {
		return fmt.Errorf("the blocked domain was let in: %w", err)
	}
	story.say("refused: field %s, code %s, %q", rejected.Field, rejected.Code, rejected.Message)

	story.title("Sign-in: beforeCreate of the session sets the active organization")
	in := auth.SessionCreate{UserID: ada.ID, Token: auth.NewSecret("a-secret-token"), ExpiresAt: time.Now().Add(time.Hour)}
	session, err := db.Session.Create(ctx, in)
	if err != nil {
		return err
	}
	story.say("stored: token %s, organization set: %v", session.Token, session.ActiveOrganizationID != nil)

	story.title("A new image: onUpdate writes the avatar too")
	if _, err := db.User.Update(ctx, ada.ID, auth.UserPatch{Image: auth.Set(new("ada.png"))}); err != nil {
		return err
	}

	story.title("A new name: onUpdate runs, and leaves the avatar alone")
	if _, err := db.User.Update(ctx, ada.ID, auth.UserPatch{Name: auth.Set("Ada King")}); err != nil {
		return err
	}

	story.title("Two writes in one transaction, and a failure at its end: nothing is stored, no mail is sent")
	err = db.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
		if _, err := tx.User.Create(ctx, auth.UserCreate{Name: "Alan", Email: "alan@example.com"}); err != nil {
			return err
		}
		_, err := tx.User.Create(ctx, auth.UserCreate{Name: "Alan", Email: "ada@example.com"})
		return err
	})
	if !errors.Is(err, auth.ErrUnique) {
		return fmt.Errorf("the second Ada was let in: %w", err)
	}
	story.say("rolled back: %v", err)

	story.title("Deletion: what refers to the user goes with it, onDelete removes the rest")
	if err := db.User.Delete(ctx, ada.ID); err != nil {
		return err
	}
	return summary(ctx, db, story)
}

// summary prints the rows that are stored at the end.
func summary(ctx context.Context, db *auth.DB, story *story) error {
	story.quiet = true
	users, err := db.User.Count(ctx, auth.All[auth.User]())
	if err != nil {
		return err
	}
	orgs, err := db.Organization.Count(ctx, auth.All[auth.Organization]())
	if err != nil {
		return err
	}
	profiles, err := db.Profile.Count(ctx, auth.All[auth.Profile]())
	if err != nil {
		return err
	}
	story.title(fmt.Sprintf("Left: %d user, %d profile, %d organization", users, profiles, orgs))
	return nil
}
