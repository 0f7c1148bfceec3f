package cost

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/cost/auth"
	"github.com/authgen/authgen/internal/cost/triggers"
)

// A fixture is an adapter on a database, and the rows that a workload finds.
type fixture struct {
	db *auth.DB
	tr *triggers.Triggers
}

func open(t testing.TB, database dialect.Database, options ...auth.Option) *fixture {
	t.Helper()
	tr := &triggers.Triggers{}
	db, err := auth.Open(context.Background(), database, tr, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.CreateTables(context.Background()); err != nil {
		t.Fatal(err)
	}
	return &fixture{db: db, tr: tr}
}

// made is how often next was called: fixtures on one database share no name.
var made atomic.Int64

func (f *fixture) next() string { return fmt.Sprintf("%06d", made.Add(1)) }

var image = "https://example.com/avatar.png"

func (f *fixture) createUser(ctx context.Context) (auth.User, error) {
	n := f.next()
	return f.db.User.Create(ctx, auth.UserCreate{Name: "Ada " + n, Email: n + "@example.com", Image: &image})
}

func (f *fixture) createPerson(ctx context.Context) (auth.Person, error) {
	n := f.next()
	return f.db.Person.Create(ctx, auth.PersonCreate{Name: "Ada " + n, Email: n + "@example.com", Image: &image})
}

func (f *fixture) createGuest(ctx context.Context) (auth.Guest, error) {
	n := f.next()
	return f.db.Guest.Create(ctx, auth.GuestCreate{Name: "Ada " + n, Email: n + "@example.com", Image: &image})
}

// sessions stores a user and sessions of hers.
func (f *fixture) sessions(ctx context.Context, n int) (auth.UserID, error) {
	u, err := f.createUser(ctx)
	for i := range n {
		if err != nil {
			return "", err
		}
		_, err = f.db.Session.Create(ctx, auth.SessionCreate{
			ExpiresAt: time.Now().Add(time.Hour), Token: fmt.Sprintf("%s-%d", u.ID, i), IPAddress: new("192.0.2.1"), UserAgent: new("curl/8"), UserID: string(u.ID),
		})
	}
	return u.ID, err
}

// A workload is one of docs/benchmarks.md: prepare makes what a run needs, and
// returns the run.
type workload struct {
	name    string
	prepare func(ctx context.Context, f *fixture) (func() error, error)
}

var workloads = []workload{
	{"W1", func(ctx context.Context, f *fixture) (func() error, error) {
		n := f.next()
		in := auth.PersonCreate{Name: "Ada " + n, Email: n + "@example.com", Image: &image}
		return func() error { _, err := f.db.Person.Create(ctx, in); return err }, nil
	}},
	{"W2", func(ctx context.Context, f *fixture) (func() error, error) {
		n := f.next()
		in := auth.UserCreate{Name: "Ada " + n, Email: n + "@example.com", Image: &image}
		return func() error { _, err := f.db.User.Create(ctx, in); return err }, nil
	}},
	{"W3", func(ctx context.Context, f *fixture) (func() error, error) {
		u, err := f.createUser(ctx)
		patch := auth.UserPatch{Image: auth.Set(new("https://example.com/other.png"))}
		return func() error { _, err := f.db.User.Update(ctx, u.ID, patch); return err }, err
	}},
	{"W4", func(ctx context.Context, f *fixture) (func() error, error) {
		u, err := f.createUser(ctx)
		return func() error { return f.db.User.Delete(ctx, u.ID) }, err
	}},
	{"W5", func(ctx context.Context, f *fixture) (func() error, error) {
		u, err := f.createUser(ctx)
		return func() error { _, err := f.db.User.GetByEmail(ctx, u.Email); return err }, err
	}},
	{"W6", func(ctx context.Context, f *fixture) (func() error, error) {
		id, err := f.sessions(ctx, 100)
		return func() error {
			n, err := f.db.Session.UpdateMany(ctx, auth.SessionCols.UserID.Eq(string(id)), auth.SessionPatch{ExpiresAt: auth.Set(time.Now().Add(48 * time.Hour))})
			return hundred(n, err)
		}, err
	}},
	{"W7", func(ctx context.Context, f *fixture) (func() error, error) {
		id, err := f.sessions(ctx, 100)
		return func() error {
			n, err := f.db.Session.DeleteMany(ctx, auth.SessionCols.UserID.Eq(string(id)))
			return hundred(n, err)
		}, err
	}},
	{"W8", func(ctx context.Context, f *fixture) (func() error, error) {
		in := auth.UserCreate{Name: triggers.Refused, Email: f.next() + "@example.com", Image: &image}
		return func() error {
			if _, err := f.db.User.Create(ctx, in); err == nil {
				return fmt.Errorf("the user was not refused")
			}
			return nil
		}, nil
	}},
	// What has no workload in docs/benchmarks.md, on a table without triggers.
	{"UpdateOne", func(ctx context.Context, f *fixture) (func() error, error) {
		p, err := f.createPerson(ctx)
		patch := auth.PersonPatch{Image: auth.Set(new("https://example.com/other.png"))}
		return func() error {
			_, ok, err := f.db.Person.UpdateOne(ctx, auth.And(auth.PersonCols.Email.Eq(p.Email), auth.PersonCols.Image.NotNull()), patch)
			return won(ok, err)
		}, err
	}},
	{"CreateMany", func(ctx context.Context, f *fixture) (func() error, error) {
		in := make([]auth.PersonCreate, 100)
		for i := range in {
			n := f.next()
			in[i] = auth.PersonCreate{Name: "Ada " + n, Email: n + "@example.com", Image: &image}
		}
		return func() error {
			list, err := f.db.Person.CreateMany(ctx, in)
			return hundred(len(list), err)
		}, nil
	}},
	{"Upsert", func(ctx context.Context, f *fixture) (func() error, error) {
		p, err := f.createPerson(ctx)
		patch := auth.PersonPatch{Image: auth.Set(new("https://example.com/other.png"))}
		return func() error {
			_, created, err := f.db.Person.UpsertByEmail(ctx, auth.PersonCreate{Name: p.Name, Email: p.Email}, patch)
			return won(!created, err)
		}, err
	}},
	// W1 to W4 with an event each.
	{"W1e", func(ctx context.Context, f *fixture) (func() error, error) {
		n := f.next()
		in := auth.VisitorCreate{Name: "Ada " + n, Email: n + "@example.com", Image: &image}
		return func() error { _, err := f.db.Visitor.Create(ctx, in); return err }, nil
	}},
	{"W2e", func(ctx context.Context, f *fixture) (func() error, error) {
		n := f.next()
		in := auth.GuestCreate{Name: "Ada " + n, Email: n + "@example.com", Image: &image}
		return func() error { _, err := f.db.Guest.Create(ctx, in); return err }, nil
	}},
	{"W3e", func(ctx context.Context, f *fixture) (func() error, error) {
		g, err := f.createGuest(ctx)
		patch := auth.GuestPatch{Image: auth.Set(new("https://example.com/other.png"))}
		return func() error { _, err := f.db.Guest.Update(ctx, g.ID, patch); return err }, err
	}},
	{"W4e", func(ctx context.Context, f *fixture) (func() error, error) {
		g, err := f.createGuest(ctx)
		return func() error { return f.db.Guest.Delete(ctx, g.ID) }, err
	}},
}

func won(ok bool, err error) error {
	if err == nil && !ok {
		err = errors.New("the row was not found")
	}
	return err
}

func hundred(n int, err error) error {
	if err == nil && n != 100 {
		err = fmt.Errorf("%d rows", n)
	}
	return err
}
