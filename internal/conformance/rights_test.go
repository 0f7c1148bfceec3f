package conformance

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/internal/conformance/triggers"
	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/internal/testenv"
)

// TestRightsToRows holds that an account which may read and write rows, and
// nothing else, is enough for calls that go over many rows.
func TestRightsToRows(t *testing.T) {
	account := "authgen_" + strings.ToLower(rand.Text()[:12])
	t.Run("postgres", func(t *testing.T) {
		dsn := testdb.Postgres(t)
		owner := newEnv(t, closing(t, postgres.Open(dsn)))
		u, err := url.Parse(dsn)
		owner.must(err)
		name := strings.TrimPrefix(u.Path, "/")
		owner.run("CREATE ROLE "+account+" LOGIN", "REVOKE ALL ON DATABASE "+name+" FROM PUBLIC", "REVOKE ALL ON SCHEMA public FROM PUBLIC",
			"GRANT CONNECT ON DATABASE "+name+" TO "+account, "GRANT USAGE ON SCHEMA public TO "+account,
			"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "+account, "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "+account)
		t.Cleanup(func() { owner.run("DROP OWNED BY "+account, "DROP ROLE "+account) })
		u.User = url.User(account)
		e := &env{T: t, ctx: t.Context(), raw: closing(t, postgres.Open(u.String()))}
		goOverMany(t, e)
		mindTriggers(owner, e)
	})
	t.Run("mysql", func(t *testing.T) {
		dsn := testdb.MySQL(t)
		owner := newEnv(t, closing(t, mysql.Open(dsn)))
		_, rest, ok := strings.Cut(dsn, "root@")
		if !ok {
			testenv.Missing(t, "the DSN has a password, which another account would need too")
		}
		name := rest[strings.LastIndex(rest, "/")+1:]
		owner.run("CREATE USER "+account, "GRANT SELECT, INSERT, UPDATE, DELETE ON "+name+".* TO "+account)
		t.Cleanup(func() { owner.run("DROP USER " + account) })
		e := &env{T: t, ctx: t.Context(), raw: closing(t, mysql.Open(account+"@"+rest))}
		goOverMany(t, e)
		mindTriggers(owner, e)
	})
}

// TestAnotherCharacterSet holds that the character set of a database of
// MariaDB's or MySQL's is of no account.
func TestAnotherCharacterSet(t *testing.T) {
	d := closing(t, mysql.Open(testdb.MySQL(t)))
	if _, err := d.Pool.Exec("ALTER DATABASE CHARACTER SET latin1"); err != nil {
		t.Fatal(err)
	}
	goOverMany(t, newEnv(t, d))
}

// mindTriggers holds that what a trigger of the owner's does to rows is seen by an
// account which may see no more of it (C6).
func mindTriggers(owner, e *env) {
	e.Helper()
	if e.kind() == dialect.Postgres {
		owner.exec(`CREATE FUNCTION low() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := lower(NEW.name); RETURN NEW; END $$`)
	}
	for _, event := range []string{"INSERT", "UPDATE"} {
		owner.exec(`CREATE TRIGGER low_` + event + ` BEFORE ` + event + ` ON desk FOR EACH ROW ` + by(e, "", `EXECUTE FUNCTION low()`, `SET NEW.name = lower(NEW.name)`))
	}
	e.db = e.open()
	d := e.desk("Created")
	if d.Name != "created" {
		e.Errorf("Create returned %q", d.Name)
	}
	d, err := e.db.Desk.Update(e.ctx, d.ID, auth.DeskPatch{Name: auth.Set("Updated")})
	e.must(err)
	if d.Name != "updated" {
		e.Errorf("Update returned %q", d.Name)
	}
}

// run runs statements as they stand.
func (e *env) run(statements ...string) {
	e.Helper()
	for _, s := range statements {
		if _, err := e.raw.Pool.Exec(s); err != nil {
			e.Errorf("%s: %v", s, err)
		}
	}
}

// goOverMany makes the calls that go over more rows than a batch, and fails the
// test unless each does so.
func goOverMany(t *testing.T, e *env) {
	t.Helper()
	if e.db == nil {
		e.seen, e.tr, e.now = &recorder{}, &triggers.Triggers{}, time.Now()
		e.db = e.open()
	}
	const n = 1201
	e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
		for i := range n {
			name := fmt.Sprintf("日本%d", i)
			if _, err := tx.WithoutTriggers().User.Create(ctx, auth.UserCreate{ID: auth.Set(auth.UserID(name)), Name: name, Email: name}); err != nil {
				return err
			}
		}
		return nil
	}))
	seen := 0
	e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
		for _, err := range tx.User.Each(ctx, auth.UserQuery{OrderBy: auth.UserOrder{auth.UserCols.Name.Desc()}}) {
			if err != nil {
				return err
			}
			seen++
		}
		return nil
	}))
	updated, err := e.db.User.UpdateMany(e.ctx, auth.All[auth.User](), auth.UserPatch{Visits: auth.Set(1)})
	e.must(err)
	deleted, err := e.db.User.DeleteMany(e.ctx, auth.All[auth.User]())
	e.must(err)
	if seen != n || updated != n || deleted != n {
		t.Errorf("of %d rows %d were seen, %d updated, %d deleted", n, seen, updated, deleted)
	}
}
