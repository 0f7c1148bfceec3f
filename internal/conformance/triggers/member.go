package triggers

import (
	"context"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// OnCreateMember runs the hook of that name.
func (t *Triggers) OnCreateMember(ctx context.Context, tx *auth.Tx, doc auth.Member) error {
	return call(ctx, t, "member.onCreate", t.Member.OnCreate, tx, doc)
}

// OnUpdateMember runs the hook of that name.
func (t *Triggers) OnUpdateMember(ctx context.Context, tx *auth.Tx, change auth.MemberChange) error {
	return call(ctx, t, "member.onUpdate", t.Member.OnUpdate, tx, change)
}

// OnDeleteMember runs the hook of that name.
func (t *Triggers) OnDeleteMember(ctx context.Context, tx *auth.Tx, doc auth.Member) error {
	return call(ctx, t, "member.onDelete", t.Member.OnDelete, tx, doc)
}
