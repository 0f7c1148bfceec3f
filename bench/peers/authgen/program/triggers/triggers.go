// Package triggers holds the triggers that schema.yaml declares: what runs, in
// the same transaction, when documents are created, updated and deleted.
package triggers

import (
	"github.com/authgen/authgen/bench/contest"
	"github.com/authgen/authgen/bench/peers/authgen/program/generated/auth"
)

// Triggers has one method for each trigger.
type Triggers struct {
	// Seen is where they note what they were given.
	Seen *contest.Seen
}

// A line the compiler rejects here names a trigger that is missing or has
// another signature.
var _ auth.Triggers = (*Triggers)(nil)
