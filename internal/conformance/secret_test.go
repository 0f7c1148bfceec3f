package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/internal/testprint"
)

// hidden is the secret that nothing may show.
const hidden = "hunter2-of-ada"

var secretCases = []testCase{
	{"K1 a secret is stored as it is, and gives its text to Reveal only", func(t *testing.T, e *env) {
		u := e.user("ada")
		s, err := e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret(hidden), UserID: u.ID, ExpiresAt: e.now})
		e.must(err)
		stored, err := e.db.Session.GetByToken(e.ctx, auth.NewSecret(hidden))
		e.must(err)
		if stored.Token.Reveal() != hidden || !stored.Token.Equal(s.Token) || stored.Token.Equal(auth.NewSecret("other")) {
			t.Error("the stored secret is another")
		}
		found, err := e.db.Session.Find(e.ctx, auth.SessionQuery{Where: auth.SessionCols.Token.In(auth.NewSecret(`a"\,{}`), s.Token)})
		if err != nil || len(found) != 1 {
			t.Errorf("In found %d sessions, %v", len(found), err)
		}
		if shown := testprint.Shows(hidden, stored, found); shown != "" {
			t.Error(shown)
		}
		var in auth.SessionCreate
		e.must(json.Unmarshal([]byte(`{"token": "`+hidden+`"}`), &in))
		if in.Token.Reveal() != hidden {
			t.Error("JSON input did not reach the secret")
		}
		if err := json.Unmarshal([]byte(`{"token": {"a": "`+hidden+`"}}`), &in); err == nil || strings.Contains(err.Error(), hidden) {
			t.Errorf("error: %v", err)
		}
	}},
	{"K1 any text in a list of secrets is found as it is", func(t *testing.T, e *env) {
		d := e.desk("one")
		texts := []string{`a"b`, `a\b`, `{a,b}`, "NULL", " a ", "ü\n", `\"`, "''"}
		var all []auth.Secret
		for _, text := range texts {
			_, err := e.db.Ticket.Create(e.ctx, auth.TicketCreate{DeskID: d.ID, Title: text, Pin: auth.NewSecret(text)})
			e.must(err)
			all = append(all, auth.NewSecret(text))
		}
		for i, text := range texts {
			found, err := e.db.Ticket.Find(e.ctx, auth.TicketQuery{Where: auth.TicketCols.Pin.In(all[i], auth.NewSecret("none"))})
			if err != nil || len(found) != 1 || found[0].Title != text {
				t.Errorf("%q: found %v, %v", text, found, err)
			}
		}
		for name, where := range map[string]auth.Predicate[auth.Ticket]{"NotIn": auth.TicketCols.Pin.NotIn(all...), "of nothing": auth.TicketCols.Pin.In()} {
			if n, err := e.db.Ticket.Count(e.ctx, where); n != 0 || err != nil {
				t.Errorf("%s: %d, %v", name, n, err)
			}
		}
	}},
	{"K2 what a secret prints as is refused as a secret", func(t *testing.T, e *env) {
		u := e.user("ada")
		s, err := e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret(hidden), UserID: u.ID, ExpiresAt: e.now})
		e.must(err)
		cached, err := json.Marshal(s)
		e.must(err)
		if err := json.Unmarshal(cached, new(auth.Session)); err == nil || !strings.Contains(err.Error(), "[redacted]") {
			t.Errorf("a session came back from JSON: %v", err)
		}
		patch, err := json.Marshal(auth.SessionPatch{Token: auth.Set(s.Token)})
		e.must(err)
		if json.Unmarshal(patch, new(auth.SessionPatch)) == nil {
			t.Error("a patch came back from JSON")
		}
		if new(auth.Secret).UnmarshalText([]byte("[redacted]")) == nil {
			t.Error("a secret was read from its print")
		}
		lost := auth.NewSecret("[redacted]")
		_, created := e.db.Session.Create(e.ctx, auth.SessionCreate{Token: lost, UserID: u.ID, ExpiresAt: e.now})
		_, updated := e.db.Session.Update(e.ctx, s.ID, auth.SessionPatch{Token: auth.Set(lost)})
		_, nullable := e.db.Desk.Create(e.ctx, auth.DeskCreate{Name: "one", Key: &lost})
		for name, err := range map[string]error{"create": created, "update": updated, "nullable": nullable} {
			var refused *auth.ValidationError
			if !errors.As(err, &refused) || refused.Field == "" || refused.Rule != "secret" {
				t.Errorf("%s: %v", name, err)
			}
		}
	}},
	{"K2 a job that would lose a secret is refused, and names it", func(t *testing.T, e *env) {
		d := e.desk("one")
		for at, lossy := range map[string]any{
			"pin": struct {
				Pin auth.Secret `json:"pin"`
			}{auth.NewSecret(hidden)},
			"Desk.key":    struct{ Desk auth.Desk }{d},
			"Patch.token": struct{ Patch auth.SessionPatch }{auth.SessionPatch{Token: auth.Set(auth.NewSecret(hidden))}},
			"a.1.Pin":     map[string][]any{"a": {1, &struct{ Pin *auth.Secret }{new(auth.NewSecret(hidden))}}},
		} {
			err := e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				return tx.Schedule(ctx, carries{lossy})
			})
			var refused *auth.ValidationError
			if !errors.As(err, &refused) || refused.Field != "Load."+at || !strings.Contains(err.Error(), "Load."+at+" is a secret") {
				t.Errorf("%s: %v", at, err)
			}
		}
		e.jobs()
		// Text that looks like one, and a secret that JSON leaves out, are no loss.
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			e.must(tx.Schedule(ctx, greet{Name: "[redacted]"}))
			return tx.Schedule(ctx, carries{struct {
				Pin  auth.Secret `json:"-"`
				pin  auth.Secret
				None *auth.Secret
			}{Pin: auth.NewSecret(hidden), pin: auth.NewSecret(hidden)}})
		}))
		e.jobs(`{"Load":{"None":null}}`, `{"name":"[redacted]"}`)
	}},
	{"K4 the driver's error quotes no value, and is there for errors.As", func(t *testing.T, e *env) {
		u := e.user("ada")
		in := auth.SessionCreate{Token: auth.NewSecret(hidden), UserID: u.ID, ExpiresAt: e.now}
		_, err := e.db.Session.Create(e.ctx, in)
		e.must(err)
		_, unique := e.db.Session.Create(e.ctx, in)
		_, inUnit := e.db.Desk.Create(e.ctx, auth.DeskCreate{ID: auth.Set(e.desk(hidden).ID), Name: hidden})
		e.tr.User.OnCreate = func(ctx context.Context, tx *auth.Tx, u auth.User) error {
			_, err := tx.SQL().ExecContext(ctx, `INSERT INTO session (id, token) VALUES ('`+hidden+`', NULL)`)
			return fmt.Errorf("mine: %w", errors.Join(errBoom, err))
		}
		_, trigger := e.db.User.Create(e.ctx, auth.UserCreate{Name: "b", Email: "b"})
		_, foreign := e.db.Profile.Create(e.ctx, auth.ProfileCreate{UserID: hidden})
		e.is(trigger, errBoom)
		for name, err := range map[string]error{"unique": unique, "in a unit": inUnit, "trigger": trigger, "foreign key": foreign} {
			for _, err := range below(err) {
				if shown := testprint.Shows(hidden, err); shown != "" {
					t.Errorf("%s: %s", name, shown)
				}
			}
			if reported := driversError(e, err); reported == nil {
				t.Errorf("%s: the driver's error is not found below %v", name, err)
			} else if shown := testprint.Shows(hidden, reported); shown != "" {
				t.Errorf("%s: %s", name, shown)
			}
		}
	}},
}

// below returns err and all that it wraps.
func below(err error) []error {
	list := []error{err}
	switch wraps := err.(type) {
	case interface{ Unwrap() error }:
		if err := wraps.Unwrap(); err != nil {
			list = append(list, below(err)...)
		}
	case interface{ Unwrap() []error }:
		for _, err := range wraps.Unwrap() {
			list = append(list, below(err)...)
		}
	}
	return list
}

// driversError returns what errors.As finds of the driver's type, if it tells
// what happened.
func driversError(e *env, err error) any {
	var pg *pgconn.PgError
	var my *mysql.MySQLError
	switch {
	case sqliteCode(err) != 0:
		return sqliteCode(err)
	case errors.As(err, &pg) && strings.HasPrefix(pg.Code, "23") && (pg.ConstraintName != "" || pg.ColumnName != ""):
		return pg
	case errors.As(err, &my) && my.Number > 1000 && my.SQLState != [5]byte{}:
		return my
	}
	return nil
}

// A carries is a job that takes something along.
type carries struct{ Load any }

func (carries) JobType() string { return "carries" }

// A holder keeps a document as a program does: where fmt calls no method.
type holder[T any] struct{ held T }

// TestNothingShowsASecret prints everything that may hold a secret in every way.
func TestNothingShowsASecret(t *testing.T) {
	s := auth.NewSecret(hidden)
	session := auth.Session{ID: "s", Token: s}
	desk := auth.Desk{ID: "d", Key: &s}
	patch := auth.SessionPatch{Token: auth.Set(s)}
	deskPatch := auth.DeskPatch{Key: auth.Set(&s)}
	where := auth.And(auth.SessionCols.Token.Eq(s), auth.Not(auth.SessionCols.Token.In(s, s)))
	query := auth.SessionQuery{Where: where}
	for _, v := range []any{
		s, &s, []auth.Secret{s}, map[string]*auth.Secret{"a": &s}, any(s),
		session, &session, []*auth.Session{&session}, map[string]auth.Session{"a": session}, desk, []auth.Desk{desk},
		auth.SessionCreate{Token: s}, patch, deskPatch, &patch, auth.DeskChange{Old: desk, New: desk},
		where, query, []auth.Predicate[auth.Session]{where},
		holder[auth.Secret]{s}, &holder[auth.Session]{session}, holder[[]*auth.Session]{[]*auth.Session{&session}}, holder[auth.SessionPatch]{patch}, holder[auth.DeskPatch]{deskPatch},
		holder[auth.Predicate[auth.Session]]{where}, holder[any]{query}, holder[map[string]auth.Desk]{map[string]auth.Desk{"a": desk}},
		holder[error]{fmt.Errorf("no such session: %w", fmt.Errorf("%v", any(session)))},
	} {
		if shown := testprint.Shows(hidden, v); shown != "" {
			t.Error(shown)
		}
	}
	if testprint.Shows(hidden, holder[string]{hidden}) == "" {
		t.Error("what is no secret is not shown either")
	}
}

// TestPanicShowsNoSecret has a process of its own die of a document.
func TestPanicShowsNoSecret(t *testing.T) {
	session := auth.Session{ID: "s", Token: auth.NewSecret(hidden)}
	values := map[string]any{"document": session, "pointer": &session, "secret": session.Token, "error": fmt.Errorf("%v", holder[auth.Session]{session})}
	if dying := os.Getenv("AUTHGEN_TEST_PANIC"); dying != "" {
		panic(values[dying])
	}
	for name := range values {
		cmd := exec.Command(os.Args[0], "-test.run=^TestPanicShowsNoSecret$")
		cmd.Env = append(os.Environ(), "AUTHGEN_TEST_PANIC="+name)
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "panic") || strings.Contains(string(out), hidden) {
			t.Errorf("%s: %v: %s", name, err, out)
		}
	}
}
