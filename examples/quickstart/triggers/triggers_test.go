package triggers_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/examples/quickstart/auth"
	"github.com/authgen/authgen/examples/quickstart/triggers"
)

// errUndo makes a transaction roll back after its triggers ran.
var errUndo = errors.New("undo")

// app is the adapter on a file of its own, with the mails it sent.
type app struct {
	*auth.DB
	t     *testing.T
	mails []string
}

func open(t *testing.T) *app {
	a := &app{t: t}
	trig := &triggers.Triggers{
		Mail:           func(_ context.Context, to, _ string) error { a.mails = append(a.mails, to); return nil },
		AdminMails:     []string{"root@example.com"},
		BlockedDomains: []string{"spam.example"},
	}
	db, err := auth.Open(t.Context(), sqlite.Open(filepath.Join(t.TempDir(), "app.db")), trig)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	a.DB = db
	return a
}

func (a *app) must(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

func (a *app) signUp(name string) auth.User {
	a.t.Helper()
	u, err := a.User.Create(a.t.Context(), auth.UserCreate{Name: name, Email: name + "@example.com"})
	a.must(err)
	return u
}

// rows returns how many rows users, profiles, organizations and members have.
func (a *app) rows() (counts [4]int) {
	a.t.Helper()
	ctx := a.t.Context()
	var errs [4]error
	counts[0], errs[0] = a.User.Count(ctx, auth.All[auth.User]())
	counts[1], errs[1] = a.Profile.Count(ctx, auth.All[auth.Profile]())
	counts[2], errs[2] = a.Organization.Count(ctx, auth.All[auth.Organization]())
	counts[3], errs[3] = a.Member.Count(ctx, auth.All[auth.Member]())
	a.must(errors.Join(errs[:]...))
	return counts
}

// Outside of the transaction the trigger would not see the first Ada, which is
// not committed yet, and choose her username twice.
func TestBeforeCreateUserSeesItsTransaction(t *testing.T) {
	a := open(t)
	a.must(a.Tx(t.Context(), func(ctx context.Context, tx *auth.Tx) error {
		first, err := tx.User.Create(ctx, auth.UserCreate{Name: "Ada L.", Email: "a@example.com"})
		a.must(err)
		second, err := tx.User.Create(ctx, auth.UserCreate{Name: "Ada L.", Email: "b@example.com"})
		a.must(err)
		if *first.Username != "adal" || *second.Username != "adal2" {
			t.Errorf("usernames %s and %s", *first.Username, *second.Username)
		}
		return nil
	}))
}

func TestBeforeCreateUserGivesRoles(t *testing.T) {
	a := open(t)
	root := a.signUp("root")
	ada := a.signUp("ada")
	if root.Role != auth.UserRoleAdmin || ada.Role != auth.UserRoleUser {
		t.Errorf("roles %s and %s", root.Role, ada.Role)
	}
}

// Outside of the transaction the write that came before would be stored.
func TestBlockedDomainUndoesItsTransaction(t *testing.T) {
	a := open(t)
	err := a.Tx(t.Context(), func(ctx context.Context, tx *auth.Tx) error {
		in := auth.VerificationCreate{Identifier: auth.NewSecret("x@spam.example"), Value: auth.NewSecret("1"), ExpiresAt: time.Now()}
		_, err := tx.Verification.Create(ctx, in)
		a.must(err)
		_, err = tx.User.Create(ctx, auth.UserCreate{Name: "x", Email: "x@spam.example"})
		return err
	})
	var rejected *auth.RejectedError
	if !errors.As(err, &rejected) || rejected.Code != "blocked_domain" {
		t.Fatalf("error: %v", err)
	}
	if n, err := a.Verification.Count(t.Context(), auth.All[auth.Verification]()); n != 0 || err != nil {
		t.Errorf("%d rows are stored (%v)", n, err)
	}
}

// Outside of the transaction profile, organization, member or mail would
// survive the rollback.
func TestOnCreateUserSharesItsFate(t *testing.T) {
	a := open(t)
	err := a.Tx(t.Context(), func(ctx context.Context, tx *auth.Tx) error {
		_, err := tx.User.Create(ctx, auth.UserCreate{Name: "Ada", Email: "ada@example.com"})
		a.must(err)
		return errUndo
	})
	if !errors.Is(err, errUndo) || a.rows() != [4]int{} || len(a.mails) != 0 {
		t.Errorf("after a rollback: %v rows, mails %v (%v)", a.rows(), a.mails, err)
	}
	a.must(a.Tx(t.Context(), func(ctx context.Context, tx *auth.Tx) error {
		u, err := tx.User.Create(ctx, auth.UserCreate{Name: "Ada", Email: "ada@example.com"})
		if u.LastActiveOrganizationID == nil {
			t.Error("the returned user lacks what its trigger wrote")
		}
		if len(a.mails) != 0 {
			t.Error("the mail was sent before the commit")
		}
		return err
	}))
	if a.rows() != [4]int{1, 1, 1, 1} || len(a.mails) != 1 {
		t.Errorf("after a commit: %v rows, mails %v", a.rows(), a.mails)
	}
}

// Outside of the transaction the avatar would change although the user did not.
func TestOnUpdateUserSharesItsFate(t *testing.T) {
	a := open(t)
	u := a.signUp("ada")
	avatar := func() *string {
		p, err := a.Profile.GetByUserID(t.Context(), u.ID)
		a.must(err)
		return p.Avatar
	}
	err := a.Tx(t.Context(), func(ctx context.Context, tx *auth.Tx) error {
		_, err := tx.User.Update(ctx, u.ID, auth.UserPatch{Image: auth.Set(new("new.png"))})
		a.must(err)
		return errUndo
	})
	if !errors.Is(err, errUndo) || avatar() != nil {
		t.Errorf("after a rollback: avatar %v (%v)", avatar(), err)
	}
	_, err = a.User.Update(t.Context(), u.ID, auth.UserPatch{Image: auth.Set(new("new.png"))})
	a.must(err)
	if got := avatar(); got == nil || *got != "new.png" {
		t.Errorf("after a commit: avatar %v", got)
	}
	// Only a change of the image counts: a name leaves an avatar of one's own.
	_, err = a.Profile.UpdateMany(t.Context(), auth.ProfileCols.UserID.Eq(u.ID), auth.ProfilePatch{Avatar: auth.Set(new("own.png"))})
	a.must(err)
	_, err = a.User.Update(t.Context(), u.ID, auth.UserPatch{Name: auth.Set("Ada L."), Image: auth.Set(new("new.png"))})
	a.must(err)
	if got := avatar(); *got != "own.png" {
		t.Errorf("after an update of the name: avatar %s", *got)
	}
}

// Outside of the transaction the organization would be gone although the user
// is not.
func TestOnDeleteUserSharesItsFate(t *testing.T) {
	a := open(t)
	u := a.signUp("ada")
	_, err := a.Verification.Create(t.Context(), auth.VerificationCreate{Identifier: auth.NewSecret(u.Email), Value: auth.NewSecret("1"), ExpiresAt: time.Now()})
	a.must(err)
	before := a.rows()
	err = a.Tx(t.Context(), func(ctx context.Context, tx *auth.Tx) error {
		a.must(tx.User.Delete(ctx, u.ID))
		return errUndo
	})
	if !errors.Is(err, errUndo) || a.rows() != before {
		t.Errorf("after a rollback: %v rows, before %v (%v)", a.rows(), before, err)
	}
	a.must(a.User.Delete(t.Context(), u.ID))
	n, err := a.Verification.Count(t.Context(), auth.All[auth.Verification]())
	a.must(err)
	if a.rows() != [4]int{} || n != 0 {
		t.Errorf("after a commit: %v rows, %d verifications", a.rows(), n)
	}
}

// Outside of the transaction the trigger would not find the user, who is not
// committed yet.
func TestBeforeCreateSessionSeesItsTransaction(t *testing.T) {
	a := open(t)
	a.must(a.Tx(t.Context(), func(ctx context.Context, tx *auth.Tx) error {
		u, err := tx.User.Create(ctx, auth.UserCreate{Name: "Ada", Email: "ada@example.com"})
		a.must(err)
		s, err := tx.Session.Create(ctx, auth.SessionCreate{UserID: u.ID, Token: auth.NewSecret("t"), ExpiresAt: time.Now()})
		a.must(err)
		if s.ActiveOrganizationID == nil || *s.ActiveOrganizationID != string(*u.LastActiveOrganizationID) {
			t.Errorf("the session starts in %v", s.ActiveOrganizationID)
		}
		return nil
	}))
}
