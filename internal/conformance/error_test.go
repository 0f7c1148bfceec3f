package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

var errorCases = []testCase{
	{"Errors name the table, row and field of a stored value that does not fit, never the value", func(t *testing.T, e *env) {
		e.users(3)
		e.exec(`UPDATE "user" SET tags = '"hunter2"' WHERE id = 'u00001'`)
		_, find := e.db.User.Find(e.ctx, auth.UserQuery{})
		_, many := e.db.User.UpdateMany(e.ctx, auth.All[auth.User](), auth.UserPatch{Visits: auth.Set(1)})
		one := e.db.User.Delete(e.ctx, "u00001")
		for name, err := range map[string]error{"Find": find, "UpdateMany": many, "Delete": one} {
			if want := `user: the row "u00001" holds in tags what is no string[] that the field can have: correct it in the database`; err == nil || err.Error() != want {
				t.Errorf("%s: %v", name, err)
			}
		}
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			n, err := tx.WithoutTriggers().User.DeleteMany(ctx, auth.UserCols.ID.Eq("u00001"))
			if err == nil && n != 1 {
				t.Errorf("%d deleted", n)
			}
			return err
		}))
		e.count("user", 2)
	}},
	{"errors: unique names table and fields, and keeps the driver's error", func(t *testing.T, e *env) {
		u := e.family("ada")
		o, err := e.db.Organization.GetBySlug(e.ctx, "ada")
		e.must(err)
		_, errToken := e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret("ada"), UserID: u.ID, ExpiresAt: e.now})
		_, errMember := e.db.Member.Create(e.ctx, auth.MemberCreate{UserID: u.ID, OrganizationID: o.ID})
		_, errUpdate := e.db.User.Update(e.ctx, e.user("bob").ID, auth.UserPatch{Email: auth.Set("ada@example.com")})
		for want, err := range map[string]error{"session [token]": errToken, "member [userId organizationId]": errMember, "user [email]": errUpdate} {
			var unique *auth.UniqueError
			if !errors.Is(err, auth.ErrUnique) || !errors.As(err, &unique) || fmt.Sprint(unique.Table, " ", unique.Fields) != want {
				t.Errorf("error is %v, want %s", err, want)
				continue
			}
			if len(unique.Unwrap()) != 2 || unique.Unwrap()[1] == nil {
				t.Error("the driver's error is out of reach")
			}
		}
	}},
	{"errors: unique names table and fields of any index", func(t *testing.T, e *env) {
		u := e.family("ada")
		o, err := e.db.Organization.GetBySlug(e.ctx, "ada")
		e.must(err)
		switch e.kind() { // a name that databases themselves give, and one of two tables
		case dialect.Postgres:
			e.exec(`ALTER INDEX "user_email_uidx" RENAME TO user_email_key`)
			e.exec(`ALTER INDEX "member_userId_organizationId_uidx" RENAME TO "in"`)
		case dialect.MySQL:
			e.exec(`ALTER TABLE "user" RENAME INDEX user_email_uidx TO email`)
			e.exec(`ALTER TABLE member RENAME INDEX "member_userId_organizationId_uidx" TO "in"`)
			e.exec(`ALTER TABLE session ADD UNIQUE INDEX "in" (agent), ADD UNIQUE INDEX email (agent)`)
		}
		e.exec(`CREATE UNIQUE INDEX mine ON organization (name, "ownerId")`)
		again := func(in func(context.Context, *auth.Tx) error) error { // in a transaction that fails with it
			return e.db.Tx(e.ctx, in)
		}
		create := func(ctx context.Context, tx *auth.Tx) error {
			_, err := tx.User.Create(ctx, auth.UserCreate{Name: "x", Email: "ada@example.com"})
			return err
		}
		_, errUser := e.db.User.Create(e.ctx, auth.UserCreate{Name: "x", Email: "ada@example.com"})
		errTx := again(create)
		_, errMember := e.db.Member.Create(e.ctx, auth.MemberCreate{UserID: u.ID, OrganizationID: o.ID})
		_, errMine := e.db.Organization.Create(e.ctx, auth.OrganizationCreate{Name: o.Name, Slug: "other", OwnerID: &u.ID})
		for _, c := range []struct {
			err  error
			want string
		}{{errUser, "user [email]"}, {errTx, "user [email]"}, {errMember, "member [userId organizationId]"}, {errMine, "organization [name ownerId]"}} {
			var unique *auth.UniqueError
			if !errors.As(c.err, &unique) || fmt.Sprint(unique.Table, " ", unique.Fields) != c.want {
				t.Errorf("error is %v, want %s", c.err, c.want)
			}
		}
	}},
	{"errors: what the catalog says is not waited for on the last connection", func(t *testing.T, e *env) {
		e.exec(`CREATE UNIQUE INDEX mine ON note (text)`)
		e.raw.Pool.SetMaxOpenConns(1)
		defer e.raw.Pool.SetMaxOpenConns(0)
		begun := time.Now()
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			for _, id := range []auth.NoteID{"a", "b"} {
				if _, err := tx.Note.Create(ctx, auth.NoteCreate{ID: id, Text: "same"}); err != nil {
					return err
				}
			}
			return nil
		})
		var unique *auth.UniqueError
		if !errors.As(err, &unique) || unique.Table != "note" || time.Since(begun) > 500*time.Millisecond {
			t.Errorf("after %v: %v", time.Since(begun), err)
		}
	}},
	{"errors: a refused value names its field where the database does", func(t *testing.T, e *env) {
		e.exec(`DROP TABLE note`)
		e.exec(`CREATE TABLE note (id varchar(40) NOT NULL PRIMARY KEY, text varchar(40) NOT NULL, "userId" varchar(40) NOT NULL)`)
		err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error { return write(ctx, tx, "n") })
		var invalid *auth.ValidationError
		if !errors.As(err, &invalid) || invalid.Table != "note" || invalid.Field != "userId" {
			t.Errorf("error: %v", err)
		}
	}},
	{"errors: a foreign key names the field", func(t *testing.T, e *env) {
		u := e.user("ada")
		_, err1 := e.db.Profile.Create(e.ctx, auth.ProfileCreate{UserID: "nobody"})
		_, err2 := e.db.Member.Create(e.ctx, auth.MemberCreate{UserID: u.ID, OrganizationID: "nothing"})
		_, err3 := e.db.Session.UpdateMany(e.ctx, auth.All[auth.Session](), auth.SessionPatch{UserID: auth.Set(auth.UserID("nobody"))})
		e.must(err3) // no row, no violation
		for want, err := range map[string]error{"profile [userId]": err1, "member [organizationId]": err2} {
			var violated *auth.ForeignKeyError
			if !errors.Is(err, auth.ErrForeignKey) || !errors.As(err, &violated) || fmt.Sprint(violated.Table, " ", violated.Fields) != want {
				t.Errorf("error is %v, want %s", err, want)
			}
		}
	}},
	{"errors: a foreign key names the field whatever its own name", func(t *testing.T, e *env) {
		switch e.kind() {
		case dialect.Postgres:
			e.exec(`ALTER TABLE member RENAME CONSTRAINT "member_organizationId_fk" TO "member_organizationId_fkey"`)
		case dialect.MySQL:
			e.exec(`ALTER TABLE member DROP FOREIGN KEY "member_organizationId_fk"`)
			e.exec(`ALTER TABLE member ADD CONSTRAINT "member_ibfk_1" FOREIGN KEY ("organizationId") REFERENCES organization (id)`)
		}
		u := e.user("ada")
		_, err := e.db.Member.Create(e.ctx, auth.MemberCreate{UserID: u.ID, OrganizationID: "nothing"})
		var violated *auth.ForeignKeyError
		if !errors.As(err, &violated) || fmt.Sprint(violated.Table, " ", violated.Fields) != "member [organizationId]" || violated.Referred {
			t.Errorf("error is %v, want member [organizationId]", err)
		}
		_, err = e.db.Note.Create(e.ctx, auth.NoteCreate{ID: "n", Text: "n", UserID: &u.ID})
		e.must(err)
		_, err = e.db.User.DeleteMany(e.ctx, auth.All[auth.User]())
		if !errors.As(err, &violated) || violated.Table != "user" || !violated.Referred {
			t.Errorf("error is %v, want one about rows that refer to the user", err)
		}
	}},
	{"errors: beside an error, and of no row, a call gives the zero document", func(t *testing.T, e *env) {
		_, err := e.db.Note.Create(e.ctx, auth.NoteCreate{ID: "n", Text: "n"})
		e.must(err)
		if e.kind() == dialect.SQLite {
			e.exec(`CREATE TABLE pin ("noteId" text REFERENCES note (id))`)
			e.exec(`INSERT INTO pin VALUES ('n')`)
		} else {
			e.exec(`CREATE TABLE pin AS SELECT id AS "noteId" FROM note`)
			e.exec(`ALTER TABLE pin ADD FOREIGN KEY ("noteId") REFERENCES note (id)`)
		}
		gone := auth.NoteCols.ID.Eq("n")
		n, ok, err := e.db.Note.ConsumeOne(e.ctx, gone)
		if !errors.Is(err, auth.ErrForeignKey) || ok || n != (auth.Note{}) {
			t.Errorf("ConsumeOne of a row to which another refers: %+v, %v, %v", n, ok, err)
		}
		if n, err := e.db.Note.DeleteReturning(e.ctx, "n"); !errors.Is(err, auth.ErrForeignKey) || n != (auth.Note{}) {
			t.Errorf("DeleteReturning of it: %+v, %v", n, err)
		}
		none := auth.NoteCols.ID.Eq("m")
		if n, ok, err := e.db.Note.ConsumeOne(e.ctx, none); err != nil || ok || n != (auth.Note{}) {
			t.Errorf("ConsumeOne of none: %+v, %v, %v", n, ok, err)
		}
		if n, ok, err := e.db.Note.UpdateOne(e.ctx, none, auth.NotePatch{Text: auth.Set("x")}); err != nil || ok || n != (auth.Note{}) {
			t.Errorf("UpdateOne of none: %+v, %v, %v", n, ok, err)
		}
	}},
	{"errors: a trigger's error is itself, with table and trigger", func(t *testing.T, e *env) {
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			_, err := tx.Profile.Create(ctx, auth.ProfileCreate{UserID: u.ID})
			return err
		}
		e.tr.Profile.OnCreate = func(context.Context, *auth.Tx, auth.Profile) error {
			return auth.Reject("avatar", "missing", "an avatar is needed")
		}
		_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "a"})
		var rejected *auth.RejectedError
		if !errors.As(err, &rejected) || rejected.Field != "avatar" || rejected.Code != "missing" || rejected.Message != "an avatar is needed" {
			t.Errorf("error: %v", err)
		}
		var trigger *auth.TriggerError
		if !errors.As(err, &trigger) || trigger.Table != "user" || trigger.Trigger != "onCreate" {
			t.Errorf("error: %#v", err)
		}
		if want := "user.onCreate: profile.onCreate: avatar: an avatar is needed"; err.Error() != want {
			t.Errorf("text: %s", err)
		}
	}},
	{"errors: no text quotes a value", func(t *testing.T, e *env) {
		const secret = "s3cr3t-t0ken"
		u := e.user("ada")
		in := auth.SessionCreate{Token: auth.NewSecret(secret), UserID: u.ID, ExpiresAt: e.now}
		_, err := e.db.Session.Create(e.ctx, in)
		e.must(err)
		_, typed := e.db.Session.Create(e.ctx, in)
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, _ auth.User) error {
			_, err := tx.SQL().ExecContext(ctx, `INSERT INTO session (id, token) SELECT 'x', raise_of FROM (SELECT '`+secret+`' AS raise_of)`)
			return fmt.Errorf("mine: %w", err)
		}
		_, raw := e.db.User.Create(e.ctx, auth.UserCreate{Name: "b", Email: "b"})
		e.loosen("session", "expiresAt")
		e.exec(`UPDATE session SET "expiresAt" = '` + secret + `'`)
		_, unread := e.db.Session.GetByToken(e.ctx, auth.NewSecret(secret))
		for name, err := range map[string]error{"unique": typed, "trigger": raw, "scan": unread} {
			if err == nil {
				t.Errorf("%s: no error", name)
				continue
			}
			var log bytes.Buffer
			slog.New(slog.NewJSONHandler(&log, nil)).Error("x", "err", err)
			text := fmt.Sprintf("%v %+v %s %s", err, err, err, log.String())
			if strings.Contains(text, secret) {
				t.Errorf("%s: the text quotes the value: %s", name, text)
			}
		}
	}},
	{"errors: a stored value that does not fit names the table", func(t *testing.T, e *env) {
		u := e.user("ada")
		e.loosen("user", "visits")
		e.exec(`UPDATE "user" SET visits = 'many'`)
		_, err := e.db.User.Get(e.ctx, u.ID)
		if err == nil || !strings.HasPrefix(err.Error(), "user: ") {
			t.Errorf("error: %v", err)
		}
	}},
	{"errors: a missing table is named", func(t *testing.T, e *env) {
		e.exec(`DROP TABLE sample`)
		_, err := e.db.Sample.Find(e.ctx, auth.SampleQuery{})
		if err == nil || !strings.Contains(err.Error(), "sample") {
			t.Errorf("error: %v", err)
		}
	}},
}
