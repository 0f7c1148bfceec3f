// Package triggers has what the application does when its auth data changes.
package triggers

import (
	"context"

	"github.com/authgen/authgen/examples/quickstart/auth"
)

// Triggers has one method for each trigger that schema.yaml declares.
type Triggers struct {
	Mail           func(ctx context.Context, to, text string) error // sends a mail
	AdminMails     []string                                         // who becomes admin
	BlockedDomains []string                                         // mail domains that cannot sign up
}

var _ auth.Triggers = (*Triggers)(nil)
