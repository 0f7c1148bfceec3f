package conformance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// TestMixedWrites has many goroutines write one database for some seconds:
// nothing is lost, and no error surfaces.
func TestMixedWrites(t *testing.T) {
	onEach(t, func(t *testing.T, db database) {
		e := newEnv(t, db.open(t))
		var created, visits atomic.Int64
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			_, err := tx.Profile.Create(ctx, auth.ProfileCreate{UserID: u.ID})
			return err
		}
		shared := e.user("shared")
		seconds := 3 * time.Second
		if testing.Short() {
			seconds = time.Second
		}
		ctx, cancel := context.WithTimeout(e.ctx, seconds)
		defer cancel()
		var wg sync.WaitGroup
		for g := range 32 {
			wg.Go(func() {
				for i := 0; ctx.Err() == nil; i++ {
					if err := mixedWrite(e, fmt.Sprintf("g%d-%d", g, i), shared.ID, &created, &visits); err != nil {
						t.Errorf("goroutine %d: %v", g, err)
						return
					}
				}
			})
		}
		wg.Wait()
		if created.Load() == 0 || visits.Load() == 0 {
			t.Error("nothing was written")
		}
		e.count("user", int(created.Load())+1)
		e.count("profile", int(created.Load())+1)
		u, err := e.db.User.Get(e.ctx, shared.ID)
		e.must(err)
		if int64(u.Visits) != visits.Load() {
			t.Errorf("%d of %d increments are stored", u.Visits, visits.Load())
		}
		e.leavesNothing()
	})
}

// mixedWrite does one of the kinds of writes, by chance.
func mixedWrite(e *env, name string, shared auth.UserID, created, visits *atomic.Int64) error {
	switch rand.IntN(5) {
	case 0:
		if _, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "n", Email: name}); err != nil {
			return err
		}
		created.Add(1)
	case 1:
		_, ok, err := e.db.User.IncrementOne(e.ctx, auth.UserCols.ID.Eq(shared), auth.UserDelta{Visits: 1}, auth.UserPatch{})
		if err != nil || !ok {
			return fmt.Errorf("increment: %v, %w", ok, err)
		}
		visits.Add(1)
	case 2: // one statement, without a transaction
		s, err := e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret(name), UserID: shared, ExpiresAt: e.now})
		if err != nil {
			return err
		}
		return e.db.Session.Delete(e.ctx, s.ID)
	case 3:
		return e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			u, err := tx.User.Create(ctx, auth.UserCreate{Name: "n", Email: name})
			if err != nil {
				return err
			}
			return tx.User.Delete(ctx, u.ID)
		})
	default:
		_, err := e.db.User.Find(e.ctx, auth.UserQuery{Limit: 5})
		return err
	}
	return nil
}
