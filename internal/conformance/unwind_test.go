package conformance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	goruntime "runtime"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/runtime"
)

// unwindCases have the observer panic, or exit its goroutine, at each step of a
// call in turn, as it begins and as it ends. Whatever the step, nothing is left:
// no connection, no right to write, no half of a unit.
var unwindCases = []testCase{
	{"U7 an observer that fails at any step of a statement leaves nothing open", func(t *testing.T, e *env) {
		owner := e.user("owner")
		unwind(e, func(b *bomb) error {
			_, err := b.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret(b.name()), UserID: owner.ID, ExpiresAt: e.now})
			return err
		})
	}},
	{"U7 an observer that fails at any step of CreateTables leaves nothing open", func(t *testing.T, e *env) {
		e.seen.deaf.Store(true)
		b := &bomb{env: e, exits: true}
		b.db = e.open(auth.WithObserver(b))
		for b.at = range 3 {
			b.run(func(b *bomb) error { return b.db.CreateTables(e.ctx) })
			b.leftNothing()
		}
	}},
	{"U7 an observer that fails at any step of a unit leaves nothing open", func(t *testing.T, e *env) {
		e.tr.User.BeforeCreate = func(ctx context.Context, tx *auth.Tx, u *auth.User) error {
			return write(ctx, tx, "before "+u.Name)
		}
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error { return everything(ctx, e, tx, u) }
		unwind(e, func(b *bomb) error {
			_, err := b.db.User.Create(e.ctx, auth.UserCreate{Name: b.name(), Email: b.name()})
			return err
		})
	}},
	{"U8 a unit in which a panic was recovered stores no half", func(t *testing.T, e *env) {
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			defer func() { _ = recover() }()
			return everything(ctx, e, tx, u)
		}
		unwind(e, func(b *bomb) error {
			b.recovers = true
			_, err := b.db.User.Create(e.ctx, auth.UserCreate{Name: b.name(), Email: b.name()})
			return err
		})
	}},
	{"U8 a panic at BEGIN from which the function recovers dooms the unit", func(t *testing.T, e *env) {
		db := e.open(auth.WithObserver(new(beginBomb)))
		err := db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			func() {
				defer func() { _ = recover() }()
				_ = write(ctx, tx, "ahead")
			}()
			return write(ctx, tx, "behind")
		})
		if err == nil {
			t.Error("the unit is committed")
		}
		e.count("note", 0)
	}},
	{"U7 an observer that fails at any step of Join leaves nothing with the caller", func(t *testing.T, e *env) {
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error { return everything(ctx, e, tx, u) }
		unwind(e, func(b *bomb) error {
			outer, err := e.raw.Pool.BeginTx(e.ctx, nil)
			e.must(err)
			joined, done := false, func(bool) {}
			defer func() {
				if err := outer.Commit(); err != nil && !errors.Is(err, sql.ErrTxDone) {
					t.Errorf("%s: %v", b, err)
				}
				done(joined)
			}()
			done, err = b.db.Join(e.ctx, outer, func(ctx context.Context, tx *auth.Tx) error {
				_, err := tx.User.Create(ctx, auth.UserCreate{Name: b.name(), Email: b.name()})
				return err
			})
			joined = err == nil
			return err
		})
	}},
	{"U7 an observer that fails at any step of a long walk leaves nothing open", func(t *testing.T, e *env) {
		e.users(501)
		unwind(e, func(b *bomb) error {
			return b.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				for _, err := range tx.User.Each(ctx, auth.UserQuery{OrderBy: auth.UserOrder{auth.UserCols.Name.Asc()}}) {
					if err != nil {
						return err
					}
				}
				return nil
			})
		})
	}},
	{"U7 a panic in what takes the rows of Each leaves nothing open", func(t *testing.T, e *env) {
		e.users(501)
		for _, row := range []int{1, 501} {
			func() {
				defer func() { _ = recover() }()
				n := 0
				for range e.db.User.Each(e.ctx, auth.UserQuery{}) {
					if n++; n == row {
						panic("the loop panics")
					}
				}
			}()
		}
		e.user("next")
	}},
	{"U7 a panic with the driver's connection leaves nothing open", func(t *testing.T, e *env) {
		func() {
			defer func() { _ = recover() }()
			_ = e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				e.must(write(ctx, tx, "one"))
				return tx.SQL().Raw(ctx, "raw", func(context.Context, any) (runtime.RawResult, error) { panic("raw panics") })
			})
		}()
		e.count("note", 0)
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error { return write(ctx, tx, "two") }))
	}},
}

// everything does what a trigger can do.
func everything(ctx context.Context, e *env, tx *auth.Tx, u auth.User) error {
	tx.AfterCommit(func(context.Context) error { return nil })
	tx.AfterRollback(func(context.Context) error { return nil })
	if _, err := tx.Desk.Create(ctx, auth.DeskCreate{Name: u.Name}); err != nil { // which has events
		return err
	}
	if _, err := tx.SQL().ExecContext(ctx, e.sql(`INSERT INTO note (id, text) VALUES (?, 'sql')`), "sql "+u.Name); err != nil {
		return err
	}
	stmt, err := tx.SQL().PrepareContext(ctx, e.sql(`UPDATE note SET text = 'x' WHERE id = ?`))
	if err != nil {
		return err
	}
	if _, err := stmt.ExecContext(ctx, "sql "+u.Name); err != nil {
		return err
	}
	if err := tx.SQL().QueryRowContext(ctx, `SELECT count(*) FROM note`).Scan(new(int)); err != nil {
		return err
	}
	rows, err := tx.SQL().QueryContext(ctx, `SELECT id FROM note`)
	if err != nil {
		return err
	}
	if err := rows.Close(); err != nil {
		return err
	}
	_ = tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error { // which is undone
		if err := write(ctx, tx, "nested "+u.Name); err != nil {
			return err
		}
		return errBoom
	})
	return tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
		_, err := tx.Profile.Create(ctx, auth.ProfileCreate{UserID: u.ID})
		return err
	})
}

// unwind runs a call again and again, each time with an observer that fails a
// step later, until it comes to its end.
func unwind(e *env, call func(*bomb) error) {
	e.Helper()
	e.seen.deaf.Store(true)
	e.tr.Deaf.Store(true)
	for _, exits := range []bool{false, true} {
		for _, atEnd := range []bool{false, true} {
			for at := 0; ; at++ {
				b := &bomb{env: e, at: at, atEnd: atEnd, exits: exits}
				b.db = e.open(auth.WithObserver(b))
				b.run(call)
				b.leftNothing()
				if !b.blown {
					e.must(b.err)
					break
				}
				if at > 200 {
					e.Fatal("the steps do not end")
				}
			}
		}
	}
}

// A bomb is an observer that fails at one step.
type bomb struct {
	*env
	db    *auth.DB
	at    int  // how many steps pass by ahead of it
	atEnd bool // it fails as the step ends
	exits bool // by runtime.Goexit

	recovers bool // the trigger that stores the user goes on without the rest

	armed bool
	steps int
	blown bool
	step  auth.Step
	err   error // of the call
}

func (b *bomb) name() string { return fmt.Sprintf("%d %v %v", b.at, b.atEnd, b.exits) }

func (b *bomb) String() string {
	return fmt.Sprintf("step %d (kind %d, %q), end %v, Goexit %v", b.at, b.step.Kind, b.step.SQL, b.atEnd, b.exits)
}

// Observe fails if it is time.
func (b *bomb) Observe(ctx context.Context, s auth.Step) (context.Context, func(error)) {
	n := b.steps
	b.steps++
	b.blow(s, n, false)
	return ctx, func(error) { b.blow(s, n, true) }
}

func (b *bomb) blow(s auth.Step, n int, atEnd bool) {
	if n != b.at || atEnd != b.atEnd || b.blown || !b.armed {
		return
	}
	b.blown, b.step = true, s
	if b.exits {
		goruntime.Goexit()
	}
	panic("the observer panics")
}

// run calls in a goroutine of its own, which the observer may exit.
func (b *bomb) run(call func(*bomb) error) {
	done := make(chan struct{})
	b.armed, b.err = true, errUnwound
	go func() {
		defer close(done)
		defer func() { _ = recover() }()
		b.err = call(b)
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		b.Fatalf("%s: the call does not return", b)
	}
	b.armed = false
}

var errUnwound = errors.New("the call did not return")

// leftNothing fails the test if the call left a connection, the right to write or
// a half of what it wrote.
func (b *bomb) leftNothing() {
	b.Helper()
	if n := b.raw.Pool.Stats().InUse; n != 0 {
		b.Fatalf("%s: %d connections are in use", b, n)
	}
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	if _, err := b.db.Tally.Create(ctx, auth.TallyCreate{Label: b.name()}); err != nil {
		b.Fatalf("%s: the next write: %v", b, err)
	}
	counts := []int{0, 0, 0}
	for i, where := range []string{`"user" WHERE name = ?`, `desk WHERE name = ?`, `note WHERE text = 'x' AND id = ?`} {
		name := b.name()
		if i == 2 {
			name = "sql " + name
		}
		b.must(b.raw.Pool.QueryRow(b.sql(`SELECT count(*) FROM `+where), name).Scan(&counts[i]))
	}
	if counts[1] != counts[2] || counts[0] != counts[1] && !b.recovers {
		b.Errorf("%s: of a unit is stored (users, desks, notes): %v", b, counts)
	}
}

// A beginBomb is an observer that fails at the first BEGIN.
type beginBomb struct{ blown bool }

func (b *beginBomb) Observe(ctx context.Context, s auth.Step) (context.Context, func(error)) {
	if s.Kind == authgen.StepBegin && !b.blown {
		b.blown = true
		panic("an observer fails")
	}
	return ctx, func(error) {}
}
