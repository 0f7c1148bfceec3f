package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

var quietCases = []testCase{
	{"T2 a quiet db fires none, each call a transaction", func(t *testing.T, e *env) {
		quiet := e.db.WithoutTriggers()
		u, err := quiet.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a"})
		e.must(err)
		_, err = quiet.User.Update(e.ctx, u.ID, auth.UserPatch{Visits: auth.Set(1)})
		e.must(err)
		e.must(quiet.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error { return tx.User.Delete(ctx, u.ID) }))
		e.fired()
		e.user("bob") // the db itself is as it was
		e.fired("user.beforeCreate", "user.onCreate")
	}},
	{"T7 TriggerFuncs runs the functions that are set", func(t *testing.T, e *env) {
		funcs := &auth.TriggerFuncs{}
		db, err := auth.Open(e.ctx, dialect.Database{Pool: e.raw.Pool, Dialect: e.raw.Dialect}, funcs.Triggers())
		e.must(err)
		u, err := db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a"})
		e.must(err)
		var fields []string
		funcs.OnUpdateUser = func(_ context.Context, _ *auth.Tx, change auth.UserChange) error {
			fields = change.Fields()
			return nil
		}
		funcs.BeforeUpdateUser = func(_ context.Context, _ *auth.Tx, _ auth.User, patch *auth.UserPatch) error {
			patch.Image.Set(new("x"))
			return nil
		}
		_, err = db.User.Update(e.ctx, u.ID, auth.UserPatch{Name: auth.Set("bob")})
		e.must(err)
		if !slices.Equal(fields, []string{"name", "image"}) {
			t.Errorf("changed: %v", fields)
		}
	}},
	{"P3 Changed has the keys of schema.yaml as JSON", func(t *testing.T, e *env) {
		text, err := json.Marshal(auth.MemberChange{Changed: auth.MemberChanged{OrganizationID: true}})
		e.must(err)
		var change struct{ Changed map[string]bool }
		e.must(json.Unmarshal(text, &change))
		if len(change.Changed) != 1 || !change.Changed["organizationId"] {
			t.Errorf("as JSON: %s", text)
		}
	}},
	{"T8 a refusal may have an HTTP status", func(t *testing.T, e *env) {
		refusal := auth.Reject("name", "blocked", "no")
		e.tr.User.BeforeCreate = func(context.Context, *auth.Tx, *auth.User) error { return refusal.WithStatus(http.StatusForbidden) }
		_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a"})
		var rejected *auth.RejectedError
		if !errors.As(err, &rejected) || rejected.Status != http.StatusForbidden || rejected.Code != "blocked" {
			t.Errorf("error: %#v", rejected)
		}
		if refusal.Status != 0 || refusal.WithStatus(http.StatusOK).Status != 0 {
			t.Error("a refusal is changed, or answers with success")
		}
	}},
	{"D3 a row that loses its parent has the null with its trigger, or the parent stays", func(t *testing.T, e *env) {
		parent, err := e.db.Page.Create(e.ctx, auth.PageCreate{Title: "parent"})
		e.must(err)
		other, err := e.db.Page.Create(e.ctx, auth.PageCreate{Title: "other"})
		e.must(err)
		child, err := e.db.Page.Create(e.ctx, auth.PageCreate{Title: "child", ParentID: &parent.ID})
		e.must(err)
		change := func(patch auth.PagePatch) {
			e.tr.Page.BeforeUpdate = func(_ context.Context, _ *auth.Tx, _ auth.Page, p *auth.PagePatch) error { *p = patch; return nil }
		}
		for what, patch := range map[string]auth.PagePatch{"empty": {}, "the same": {ParentID: auth.Set(&parent.ID)}, "something else": {Title: auth.Set("x")}} {
			change(patch)
			err := e.db.Page.Delete(e.ctx, parent.ID)
			e.is(err, auth.ErrForeignKey)
			var foreign *auth.ForeignKeyError
			if !errors.As(err, &foreign) || foreign.Table != "page" || !slices.Equal(foreign.Fields, []string{"parentId"}) {
				t.Errorf("where the patch is %s: %v", what, err)
			}
		}
		e.count("page", 3)
		change(auth.PagePatch{ParentID: auth.Set(&other.ID)})
		e.must(e.db.Page.Delete(e.ctx, parent.ID))
		child, err = e.db.Page.Get(e.ctx, child.ID)
		if err != nil || child.ParentID == nil || *child.ParentID != other.ID {
			t.Errorf("the child: %+v (%v)", child, err)
		}
		e.tr.Page.BeforeUpdate = nil
		e.must(e.db.Page.Delete(e.ctx, other.ID))
		child, err = e.db.Page.Get(e.ctx, child.ID)
		if err != nil || child.ParentID != nil {
			t.Errorf("the child: %+v (%v)", child, err)
		}
	}},
}
