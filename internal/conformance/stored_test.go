package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// storedCases are about what a database changes on the way in, beside TestAltered.
var storedCases = []testCase{
	{"C6 a row that a trigger of the database on another table writes is read again", func(t *testing.T, e *env) {
		set := `UPDATE "user" SET image = 'seen' WHERE id = NEW."userId"`
		if e.kind() == dialect.Postgres {
			e.exec(`CREATE FUNCTION saw() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ` + set + `; RETURN NULL; END $$`)
		}
		for _, event := range []string{"INSERT", "UPDATE"} {
			e.exec(`CREATE TRIGGER saw_` + event + ` AFTER ` + event + ` ON session ` + by(e, `BEGIN `+set+`; END`, `FOR EACH ROW EXECUTE FUNCTION saw()`, `FOR EACH ROW `+set))
		}
		e.db = e.open()
		made := 0
		session := func(u auth.User) auth.SessionCreate {
			made++
			return auth.SessionCreate{Token: auth.NewSecret(fmt.Sprint(made)), UserID: u.ID, ExpiresAt: e.now}
		}
		for call, write := range map[string]func(context.Context, *auth.Tx, auth.User) error{
			"Create": func(ctx context.Context, tx *auth.Tx, u auth.User) error {
				_, err := tx.Session.Create(ctx, session(u))
				return err
			},
			"CreateMany": func(ctx context.Context, tx *auth.Tx, u auth.User) error {
				_, err := tx.Session.CreateMany(ctx, []auth.SessionCreate{session(u), session(u)})
				return err
			},
			"UpdateMany": func(ctx context.Context, tx *auth.Tx, u auth.User) error {
				_, err := tx.Session.UpdateMany(ctx, auth.SessionCols.UserID.Eq(u.ID), auth.SessionPatch{Agent: auth.Set(new("x"))})
				return err
			},
		} {
			e.tr.User.OnUpdate = nil
			u := e.user(call)
			_, err := e.db.Session.Create(e.ctx, session(u))
			e.must(err)
			e.exec(`UPDATE "user" SET image = NULL`)
			e.tr.User.OnUpdate = func(ctx context.Context, tx *auth.Tx, c auth.UserChange) error { return write(ctx, tx, c.New) }
			u, err = e.db.User.Update(e.ctx, u.ID, auth.UserPatch{Name: auth.Set("eve")})
			e.must(err)
			if u.Image == nil {
				t.Errorf("Update returned the user as it was sent, behind %s of a session", call)
			}
		}
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			_, err := tx.Session.Create(ctx, session(u))
			return err
		}
		if u := e.user("ada"); u.Image == nil {
			t.Error("Create returned the user as it was sent")
		}
	}},
	{"C6 the id of a column that writes it in another way is what is stored", func(t *testing.T, e *env) {
		id := by(e, "", `uuid USING id::uuid`, `uuid`)
		if id == "" || e.kind() == dialect.MySQL && e.deletesBlind() {
			t.Skip("there is no type uuid")
		}
		for _, table := range []string{"note", "lease"} {
			e.exec(by(e, ``, `ALTER TABLE `+table+` ALTER id TYPE `+id, `ALTER TABLE `+table+` MODIFY id `+id+` NOT NULL`))
		}
		e.db = e.open(auth.WithSchemaCheck(auth.IgnoreDifferences))
		const upper, lower auth.NoteID = "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
		n, err := e.db.Note.Create(e.ctx, auth.NoteCreate{ID: upper, Text: "n"})
		e.must(err)
		many, err := e.db.Note.CreateMany(e.ctx, []auth.NoteCreate{{ID: "B" + upper[1:], Text: "b"}, {ID: "C" + upper[1:], Text: "c"}})
		e.must(err)
		if n.ID != lower || many[0].ID != "b"+lower[1:] || many[1].ID != "c"+lower[1:] || many[1].Text != "c" {
			t.Errorf("the ids are %s and %v", n.ID, many)
		}
		l, err := e.db.Lease.Create(e.ctx, auth.LeaseCreate{ID: auth.Set(auth.LeaseID(upper)), Owner: "ada", StartsAt: e.now})
		e.must(err)
		e.tr.Lease.OnUpdate = func(ctx context.Context, tx *auth.Tx, _ auth.LeaseChange) error {
			return tx.Lease.Delete(ctx, auth.LeaseID(upper))
		}
		_, err = e.db.Lease.Update(e.ctx, l.ID, auth.LeasePatch{Owner: auth.Set("eve")})
		e.is(err, auth.ErrDeletedByTrigger)
	}},
	{"C6 what is known of JSON holds of a table that is made behind Open", func(t *testing.T, e *env) {
		e.exec(`DROP TABLE sample`)
		db := e.open()
		e.must(e.db.CreateTables(e.ctx))
		s, err := db.Sample.Create(e.ctx, auth.SampleCreate{Doc: raw()})
		e.must(err)
		now, err := db.Sample.Get(e.ctx, s.ID)
		e.must(err)
		if exact(s) != exact(now) {
			t.Errorf("created\n%s\nstored\n%s", exact(s), exact(now))
		}
	}},
	{"C6 JSON is returned as it is stored, and the caller's own stays as it is", func(t *testing.T, e *env) {
		given := raw()
		was := string(*given)
		s, err := e.db.Sample.Create(e.ctx, auth.SampleCreate{Doc: given, Nums: new([]int(nil)), Words: new([]string{})})
		e.must(err)
		now, err := e.db.Sample.Get(e.ctx, s.ID)
		e.must(err)
		if exact(s) != exact(now) || string(*given) != was {
			t.Errorf("created\n%s\nstored\n%s\ngiven %s", exact(s), exact(now), *given)
		}
		given = new(json.RawMessage(` [ 1 ] `))
		s, err = e.db.Sample.Update(e.ctx, s.ID, auth.SamplePatch{Doc: auth.Set(given)})
		e.must(err)
		now, err = e.db.Sample.Get(e.ctx, s.ID)
		e.must(err)
		if exact(s) != exact(now) || string(*given) != ` [ 1 ] ` {
			t.Errorf("updated\n%s\nstored\n%s\ngiven %s", exact(s), exact(now), *given)
		}
	}},
	{"C2 text of which a column would cut the end in silence is refused", func(t *testing.T, e *env) {
		for _, column := range by(e, nil, []string{"varchar(20)"}, []string{"varchar(20)", "tinytext"}) {
			most := 20
			if column == "tinytext" {
				most = 255
			}
			e.exec(by(e, "", `ALTER TABLE note ALTER text TYPE `+column, `ALTER TABLE note MODIFY text `+column+` NOT NULL`))
			e.db = e.open()
			fits, long := strings.Repeat("x", most-1)+" ", strings.Repeat("x", most-1)+"  "
			n, err := e.db.Note.Create(e.ctx, auth.NoteCreate{ID: auth.NoteID(column), Text: fits})
			e.must(err)
			now, err := e.db.Note.Get(e.ctx, n.ID)
			e.must(err)
			if now.Text != fits {
				t.Errorf("%q is stored as %q", fits, now.Text)
			}
			_, err = e.db.Note.Create(e.ctx, auth.NoteCreate{ID: "long", Text: long})
			refusedFor(t, err, "note", "text")
			_, err = e.db.Note.CreateMany(e.ctx, []auth.NoteCreate{{ID: "a", Text: "a"}, {ID: "long", Text: long}})
			e.atRow(err, auth.ErrValidation, 1)
			_, err = e.db.Note.Update(e.ctx, n.ID, auth.NotePatch{Text: auth.Set(long)})
			refusedFor(t, err, "note", "text")
			_, err = e.db.Note.UpdateMany(e.ctx, auth.All[auth.Note](), auth.NotePatch{Text: auth.Set(long)})
			refusedFor(t, err, "note", "text")
		}
		if e.kind() == dialect.MySQL { // as CreateTables makes it
			for _, text := range []string{strings.Repeat("x", 250) + strings.Repeat(" ", 6), strings.Repeat("é", 256), strings.Repeat("é", 255) + "\t"} {
				_, err := e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret("t"), UserID: e.user(fmt.Sprint("u", len(text))).ID, Agent: &text, ExpiresAt: e.now})
				if !errors.Is(err, auth.ErrValidation) {
					t.Errorf("a text of %d bytes: %v", len(text), err)
				}
			}
		}
	}},
}
