// Package triggers holds the triggers that schema.yaml declares: what runs, in
// the same transaction, when documents are created, updated and deleted.
package triggers

import "github.com/authgen/authgen/bench/peers/authgen/onuser/generated/auth"

// Triggers has one method for each trigger. Its fields are for what the
// triggers need, such as a mailer or a logger.
type Triggers struct{}

// A line the compiler rejects here names a trigger that is missing or has
// another signature.
var _ auth.Triggers = (*Triggers)(nil)
