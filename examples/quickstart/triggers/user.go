package triggers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/authgen/authgen/examples/quickstart/auth"
)

// BeforeCreateUser rejects blocked mail domains, sets the role by the mail address, and
// picks a free username.
func (t *Triggers) BeforeCreateUser(ctx context.Context, tx *auth.Tx, user *auth.User) error {
	_, domain, _ := strings.Cut(user.Email, "@")
	if slices.Contains(t.BlockedDomains, domain) {
		return auth.Reject("email", "blocked_domain", "this mail domain cannot sign up")
	}
	if slices.Contains(t.AdminMails, user.Email) {
		user.Role = auth.UserRoleAdmin
	}
	if user.Username != nil {
		return nil
	}
	base := slug(user.Name)
	for n := 1; ; n++ {
		name := base
		if n > 1 {
			name = fmt.Sprint(base, n)
		}
		taken, err := tx.User.Exists(ctx, auth.UserCols.Username.Eq(name))
		if err != nil {
			return err
		}
		if !taken {
			user.Username = &name
			return nil
		}
	}
}

// OnCreateUser gives every user a profile and an organization, and sends a welcome once
// everything is stored.
func (t *Triggers) OnCreateUser(ctx context.Context, tx *auth.Tx, user auth.User) error {
	if _, err := tx.Profile.Create(ctx, auth.ProfileCreate{UserID: user.ID, Avatar: user.Image}); err != nil {
		return err
	}
	org, err := tx.Organization.Create(ctx, auth.OrganizationCreate{Name: user.Name + "'s workspace", Slug: personalSlug(user.ID)})
	if err != nil {
		return err
	}
	member := auth.MemberCreate{OrganizationID: org.ID, UserID: user.ID, Role: auth.Set("owner")}
	if _, err := tx.Member.Create(ctx, member); err != nil {
		return err
	}
	// Fires OnUpdateUser, in the same transaction.
	patch := auth.UserPatch{LastActiveOrganizationID: auth.Set(&org.ID)}
	if _, err := tx.User.Update(ctx, user.ID, patch); err != nil {
		return err
	}
	tx.AfterCommit(func(ctx context.Context) error {
		return t.Mail(ctx, user.Email, "Welcome, "+user.Name+"!")
	})
	return nil
}

// OnUpdateUser keeps the avatar of the profile equal to the image of the user.
func (t *Triggers) OnUpdateUser(ctx context.Context, tx *auth.Tx, change auth.UserChange) error {
	if !change.Changed.Image {
		return nil
	}
	patch := auth.ProfilePatch{Avatar: auth.Set(change.New.Image)}
	_, err := tx.Profile.UpdateMany(ctx, auth.ProfileCols.UserID.Eq(change.New.ID), patch)
	return err
}

// OnDeleteUser removes what belonged only to the user. Profile, sessions, accounts and
// memberships refer to the user, so a cascade has deleted them.
func (t *Triggers) OnDeleteUser(ctx context.Context, tx *auth.Tx, user auth.User) error {
	if _, err := tx.Organization.DeleteMany(ctx, auth.OrganizationCols.Slug.Eq(personalSlug(user.ID))); err != nil {
		return err
	}
	_, err := tx.Verification.DeleteMany(ctx, auth.VerificationCols.Identifier.Eq(auth.NewSecret(user.Email)))
	return err
}

// personalSlug returns the slug of a user's own organization.
func personalSlug(id auth.UserID) string { return "personal-" + string(id) }

// slug returns the letters and digits of a name, in lower case.
func slug(name string) string {
	s := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
	if s == "" {
		return "user"
	}
	return s
}
