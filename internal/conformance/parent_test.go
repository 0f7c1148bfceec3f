package conformance

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// parentCases are those of rows that others refer to, which are written while
// such rows are stored.
var parentCases = []testCase{
	{"D5 a trigger that counts on the parent is held up by no other", func(t *testing.T, e *env) {
		counted := e.user("counted")
		orgs := e.organizations(racers)
		var runs atomic.Int64
		e.tr.Member.OnCreate = func(ctx context.Context, tx *auth.Tx, m auth.Member) error {
			runs.Add(1)
			_, _, err := tx.User.IncrementOne(ctx, auth.UserCols.ID.Eq(m.UserID), auth.UserDelta{Visits: 1}, auth.UserPatch{})
			return err
		}
		e.race(nil, func(i int) (bool, error) {
			in := auth.MemberCreate{UserID: counted.ID, OrganizationID: orgs[i]}
			return true, e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				if e.kind() == dialect.MySQL { // has no such lock, so writers take turns from the beginning
					if _, err := tx.User.GetForUpdate(ctx, in.UserID); err != nil {
						return err
					}
				}
				_, err := tx.Member.Create(ctx, in)
				return err
			})
		})
		if u, err := e.db.User.Get(e.ctx, counted.ID); err != nil || u.Visits != racers {
			t.Errorf("%d of %d are counted (%v)", u.Visits, racers, err)
		}
		if n := runs.Load(); n != racers {
			t.Errorf("%d runs for %d rows", n, racers)
		}
	}},
	{"D5 of rows stored while their parent is deleted each is deleted with its trigger", func(t *testing.T, e *env) {
		users := make([]auth.UserID, 8)
		for i := range users {
			users[i] = e.user(fmt.Sprint("u", i)).ID
		}
		for round, org := range e.organizations(16) {
			e.deletedWhileJoined(org, users, round%2 == 1)
		}
	}},
}

// organizations stores some, and returns their ids.
func (e *env) organizations(n int) (ids []auth.OrganizationID) {
	e.Helper()
	for i := range n {
		org, err := e.db.Organization.Create(e.ctx, auth.OrganizationCreate{Name: "o", Slug: fmt.Sprint("o", i)})
		e.must(err)
		ids = append(ids, org.ID)
	}
	return ids
}

// deletedWhileJoined deletes an organization, which it may update first, while
// users become its members, and fails the test unless every membership that was
// stored was deleted with its trigger.
func (e *env) deletedWhileJoined(org auth.OrganizationID, users []auth.UserID, update bool) {
	e.Helper()
	var stored, deleted sync.Map
	e.tr.Member.OnDelete = func(_ context.Context, tx *auth.Tx, m auth.Member) error {
		tx.AfterCommit(func(context.Context) error { deleted.Store(m.ID, true); return nil })
		return nil
	}
	var wg sync.WaitGroup
	for _, user := range users {
		wg.Go(func() {
			m, err := e.db.Member.Create(e.ctx, auth.MemberCreate{UserID: user, OrganizationID: org})
			switch {
			case err == nil:
				stored.Store(m.ID, true)
			case !errors.Is(err, auth.ErrForeignKey):
				e.Error(err)
			}
		})
	}
	wg.Go(func() {
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			if update {
				if _, err := tx.Organization.Update(ctx, org, auth.OrganizationPatch{Name: auth.Set("closing")}); err != nil {
					return err
				}
			}
			return tx.Organization.Delete(ctx, org)
		})
		if err != nil {
			e.Error(err)
		}
	})
	wg.Wait()
	stored.Range(func(id, _ any) bool {
		if _, ok := deleted.Load(id); !ok {
			e.Errorf("member %v is gone without its trigger", id)
		}
		return true
	})
}
