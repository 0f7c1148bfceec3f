// Package triggers holds triggers whose bodies a test sets.
package triggers

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// Triggers implements auth.Triggers. Each method notes that it was called and
// runs the function that the test set for it, if any.
type Triggers struct {
	User    Hooks[auth.User, auth.UserPatch, auth.UserChange]
	Profile Hooks[auth.Profile, auth.ProfilePatch, auth.ProfileChange]
	Member  Hooks[auth.Member, auth.MemberPatch, auth.MemberChange]
	Org     Hooks[auth.Organization, auth.OrganizationPatch, auth.OrganizationChange]
	Node    Hooks[auth.Node, auth.NodePatch, struct{}]
	Counter Hooks[auth.Counter, auth.CounterPatch, struct{}]
	Lease   Hooks[auth.Lease, auth.LeasePatch, auth.LeaseChange]
	Tally   Hooks[auth.Tally, auth.TallyPatch, struct{}]
	Page    Hooks[auth.Page, auth.PagePatch, struct{}]
	Desk    Hooks[auth.Desk, auth.DeskPatch, auth.DeskChange]
	Thread  Hooks[auth.Thread, auth.ThreadPatch, struct{}]

	Deaf  atomic.Bool // do not note what fires
	mu    sync.Mutex
	fired []string
}

var _ auth.Triggers = (*Triggers)(nil)

// Hooks are the functions of one table; nil ones do nothing.
type Hooks[D, P, C any] struct {
	BeforeCreate func(ctx context.Context, tx *auth.Tx, doc *D) error
	OnCreate     func(ctx context.Context, tx *auth.Tx, doc D) error
	BeforeUpdate func(ctx context.Context, tx *auth.Tx, old D, patch *P) error
	OnUpdate     func(ctx context.Context, tx *auth.Tx, change C) error
	BeforeDelete func(ctx context.Context, tx *auth.Tx, doc D) error
	OnDelete     func(ctx context.Context, tx *auth.Tx, doc D) error
}

// Fired returns the triggers that ran since the last call, in order.
func (t *Triggers) Fired() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	fired := t.fired
	t.fired = nil
	return fired
}

func (t *Triggers) note(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.Deaf.Load() {
		t.fired = append(t.fired, name)
	}
}

// call runs a hook that takes one value.
func call[V any](ctx context.Context, t *Triggers, name string, hook func(context.Context, *auth.Tx, V) error, tx *auth.Tx, v V) error {
	t.note(name)
	if hook == nil {
		return nil
	}
	return hook(ctx, tx, v)
}

// callUpdate runs a hook that takes the old row and the patch.
func callUpdate[D, P any](ctx context.Context, t *Triggers, name string, hook func(context.Context, *auth.Tx, D, *P) error, tx *auth.Tx, old D, patch *P) error {
	t.note(name)
	if hook == nil {
		return nil
	}
	return hook(ctx, tx, old, patch)
}
