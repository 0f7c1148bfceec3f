package conformance

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

var deadlineCases = []testCase{
	{"U9 what a write whose context ends says is what is stored", func(t *testing.T, e *env) {
		e.seen.deaf.Store(true)
		for name, w := range singleWrites(e) {
			rounds := by(e, 1000, 100, 100)
			if testing.Short() {
				rounds /= 10
			}
			claims := map[string]int{}
			for i := range rounds {
				claims[claimOf(e, w, auth.SampleID(fmt.Sprintf("%s %d", name, i)))]++
			}
			t.Log(name, claims)
		}
	}},
	{"U9 a long write of one statement is interrupted, and nothing is stored", func(t *testing.T, e *env) {
		if e.kind() != dialect.SQLite {
			t.Skip("a server may have run it to its end")
		}
		e.users(3)
		e.exec(`CREATE TRIGGER slow BEFORE UPDATE ON session BEGIN
			SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT i FROM n); END`)
		e.altered = true
		_, err := e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret("t"), UserID: "u00000", ExpiresAt: e.now})
		e.must(err)
		ctx, cancel := context.WithTimeout(e.ctx, 10*time.Millisecond)
		defer cancel()
		_, err = e.db.Session.UpdateMany(ctx, auth.All[auth.Session](), auth.SessionPatch{Agent: auth.Set(new("x"))})
		e.is(err, context.DeadlineExceeded)
		if errors.Is(err, auth.ErrCommitUnknown) {
			t.Errorf("what SQLite interrupted is said to be unknown: %v", err)
		}
		n, err := e.db.Session.Count(e.ctx, auth.SessionCols.Agent.Eq("x"))
		if e.must(err); n != 0 {
			t.Errorf("%d sessions were written", n)
		}
	}},
}

// A singleWrite is a write of one statement (U6) of the row with that id.
type singleWrite struct {
	absent bool // the row is not there before
	run    func(ctx context.Context, id auth.SampleID) error
	stored func(id auth.SampleID) (bool, error) // whether it was done
}

func singleWrites(e *env) map[string]singleWrite {
	get := func(id auth.SampleID) (s auth.Sample, there bool, err error) {
		s, err = e.db.Sample.Get(e.ctx, id)
		if errors.Is(err, auth.ErrNotFound) {
			return s, false, nil
		}
		return s, err == nil, err
	}
	exists := func(id auth.SampleID) (bool, error) { _, there, err := get(id); return there, err }
	gone := func(id auth.SampleID) (bool, error) { there, err := exists(id); return !there, err }
	labelled := func(id auth.SampleID) (bool, error) {
		s, _, err := get(id)
		return s.Label != nil, err
	}
	label := auth.SamplePatch{Label: auth.Set(new("written"))}
	return map[string]singleWrite{
		"Create": {true, func(ctx context.Context, id auth.SampleID) error {
			_, err := e.db.Sample.Create(ctx, auth.SampleCreate{ID: auth.Set(id)})
			return err
		}, exists},
		"Update": {false, func(ctx context.Context, id auth.SampleID) error {
			_, err := e.db.Sample.Update(ctx, id, label)
			return err
		}, labelled},
		"UpdateMany": {false, func(ctx context.Context, id auth.SampleID) error {
			_, err := e.db.Sample.UpdateMany(ctx, auth.SampleCols.ID.Eq(id), label)
			return err
		}, labelled},
		"Delete": {false, func(ctx context.Context, id auth.SampleID) error { return e.db.Sample.Delete(ctx, id) }, gone},
		"DeleteMany": {false, func(ctx context.Context, id auth.SampleID) error {
			_, err := e.db.Sample.DeleteMany(ctx, auth.SampleCols.ID.Eq(id))
			return err
		}, gone},
		"ConsumeOne": {false, func(ctx context.Context, id auth.SampleID) error {
			_, ok, err := e.db.Sample.ConsumeOne(ctx, auth.SampleCols.ID.Eq(id))
			if err == nil && !ok {
				e.Errorf("the row %s was there, and was not found", id)
			}
			return err
		}, gone},
		"IncrementOne": {false, func(ctx context.Context, id auth.SampleID) error {
			_, _, err := e.db.Sample.IncrementOne(ctx, auth.SampleCols.ID.Eq(id), auth.SampleDelta{Size: 1}, auth.SamplePatch{})
			return err
		}, func(id auth.SampleID) (bool, error) {
			s, _, err := get(id)
			return s.Size != nil, err
		}},
	}
}

// claimOf runs a write with a context that ends at any moment, fails the test if
// what it says is not what is stored, and returns what it said.
func claimOf(e *env, w singleWrite, id auth.SampleID) string {
	e.Helper()
	if !w.absent {
		_, err := e.db.Sample.Create(e.ctx, auth.SampleCreate{ID: auth.Set(id)})
		e.must(err)
	}
	ctx, cancel := context.WithTimeout(e.ctx, time.Duration(rand.N(by(e, 300, 3000, 3000)))*time.Microsecond)
	err := w.run(ctx, id)
	cancel()
	stored, storedErr := w.stored(id)
	e.must(storedErr)
	switch {
	case err == nil && !stored:
		e.Errorf("%s: no error, and it was not done", id)
	case err == nil:
		return "done"
	case errors.Is(err, auth.ErrCommitUnknown) && errors.Is(err, context.DeadlineExceeded):
		if e.kind() == dialect.SQLite {
			e.Errorf("%s: %v", id, err)
		}
		return "not known"
	case !errors.Is(err, context.DeadlineExceeded):
		e.Errorf("%s: the error is not the context's: %v", id, err)
	case stored:
		// A row that the server still works on may be written after the look.
		e.Errorf("%s: it was done, in spite of: %v", id, err)
	}
	return "not done"
}
