package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// An altering is a way in which a database changes a row on its way in. In its
// statements, {t} is the table, {c} a column of text that the calls set, {n} a number
// that they leave alone and {d} a time that they leave alone, or JSON.
type altering struct {
	name                    string
	sqlite, postgres, mysql []string // none: it cannot be there
	needs                   string   // which of the columns a table has to have
}

// lower is a trigger function of Postgres that folds {c}.
const lower = `CREATE FUNCTION low_{t}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.{c} := lower(NEW.{c}); RETURN NEW; END $$`

var alterings = []altering{
	{"nothing but the form of JSON", []string{`SELECT 1`}, []string{`SELECT 1`}, []string{`SELECT 1`}, ""},
	{"a trigger ahead of the write", nil,
		[]string{lower, `CREATE TRIGGER low BEFORE INSERT OR UPDATE ON "{t}" FOR EACH ROW EXECUTE FUNCTION low_{t}()`},
		[]string{`CREATE TRIGGER low_{t} BEFORE INSERT ON "{t}" FOR EACH ROW SET NEW.{c} = lower(NEW.{c})`, `CREATE TRIGGER lower_{t} BEFORE UPDATE ON "{t}" FOR EACH ROW SET NEW.{c} = lower(NEW.{c})`}, "c"},
	{"a trigger behind the write",
		[]string{`CREATE TRIGGER low_{t} AFTER INSERT ON "{t}" BEGIN UPDATE "{t}" SET {c} = lower({c}) WHERE id = NEW.id; END`, `CREATE TRIGGER lower_{t} AFTER UPDATE ON "{t}" BEGIN UPDATE "{t}" SET {c} = lower({c}) WHERE id = NEW.id; END`},
		[]string{`CREATE FUNCTION low_{t}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE "{t}" SET {c} = lower({c}) WHERE id = NEW.id AND {c} <> lower({c}); RETURN NULL; END $$`,
			`CREATE TRIGGER low AFTER INSERT OR UPDATE ON "{t}" FOR EACH ROW EXECUTE FUNCTION low_{t}()`}, nil, "c"},
	{"a trigger of a statement", nil,
		[]string{`CREATE FUNCTION low_{t}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF pg_trigger_depth() < 2 THEN UPDATE "{t}" SET {c} = lower({c}); END IF; RETURN NULL; END $$`,
			`CREATE TRIGGER low AFTER INSERT OR UPDATE ON "{t}" FOR EACH STATEMENT EXECUTE FUNCTION low_{t}()`}, nil, "c"},
	{"a rule", nil, []string{`CREATE RULE low AS ON INSERT TO "{t}" DO ALSO UPDATE "{t}" SET {c} = lower({c}) WHERE id = NEW.id`}, nil, "c"},
	{"a trigger that counts",
		[]string{`CREATE TRIGGER count_{t} AFTER UPDATE ON "{t}" BEGIN UPDATE "{t}" SET {n} = coalesce({n}, 0) + 1 WHERE id = NEW.id; END`},
		[]string{`CREATE FUNCTION count_{t}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.{n} := coalesce(OLD.{n}, 0) + 1; RETURN NEW; END $$`, `CREATE TRIGGER count BEFORE UPDATE ON "{t}" FOR EACH ROW EXECUTE FUNCTION count_{t}()`},
		[]string{`CREATE TRIGGER count_{t} BEFORE UPDATE ON "{t}" FOR EACH ROW SET NEW.{n} = coalesce(OLD.{n}, 0) + 1`}, "n"},
	{"a column that moves", nil, nil, []string{`ALTER TABLE "{t}" MODIFY "{d}" datetime(3) NULL ON UPDATE CURRENT_TIMESTAMP(3)`}, "d"},
	{"JSON kept as text", nil, []string{`ALTER TABLE "{t}" ALTER "{j}" TYPE json`}, nil, "j"},
}

// TestAltered holds that what a database changes on the way in is what the caller,
// the on trigger and the events see (C6): what a later Get returns, by any call.
func TestAltered(t *testing.T) {
	onEach(t, func(t *testing.T, db database) {
		if db.another && !strings.HasSuffix(db.name, "RETURNING") {
			t.Skip("the statements are those of the usual way")
		}
		for _, a := range alterings {
			t.Run("C6 "+a.name, func(t *testing.T) {
				e := newEnv(t, db.open(t))
				steps := by(e, a.sqlite, a.postgres, a.mysql)
				if steps == nil {
					t.Skip("it cannot be there")
				}
				for _, s := range subjects {
					if !s.has(a.needs) {
						continue
					}
					for _, step := range steps {
						e.exec(s.in(step))
					}
				}
				e.db = e.open()
				u, d := e.user("somebody"), e.desk("a desk")
				for _, s := range subjects {
					if s.has(a.needs) {
						t.Run(s.table, func(t *testing.T) {
							e := e.of(t)
							s.run(&sight{env: e, subject: s, user: u.ID, desk: d.ID})
						})
					}
				}
			})
		}
	})
}

// of returns the env as that of a test inside its own.
func (e *env) of(t *testing.T) *env {
	return &env{T: t, ctx: t.Context(), raw: e.raw, db: e.db, tr: e.tr, seen: e.seen, now: e.now, goroutines: e.goroutines}
}

// A subject is a table of the test, by its columns as in altering.
type subject struct {
	table, c, n, d, j string
	tells             string // of which calls triggers are told
	run               func(*sight)
}

func (s subject) has(columns string) bool {
	for _, column := range columns {
		if s.in("{"+string(column)+"}") == "" {
			return false
		}
	}
	return true
}

// in returns a statement about the table.
func (s subject) in(statement string) string {
	return strings.NewReplacer("{t}", s.table, "{c}", s.c, "{n}", s.n, "{d}", s.d, "{j}", s.j).Replace(statement)
}

// A sight is what the calls and the triggers on a subject got.
type sight struct {
	*env
	subject
	user auth.UserID
	desk auth.DeskID
	made int // how many rows have a name

	told []any // documents that on triggers got
}

// next returns a text that nobody has yet, and that is not in lower case.
func (s *sight) next() string {
	s.made++
	return fmt.Sprint("Row ", s.made)
}

// tells returns a hook that keeps the documents of a trigger.
func tells[D any](s *sight) func(context.Context, *auth.Tx, D) error {
	return func(_ context.Context, _ *auth.Tx, doc D) error {
		s.told = append(s.told, doc)
		return nil
	}
}

// changes returns a hook that keeps the new documents of changes, and holds that what
// has changed is what differs.
func changes[C any](s *sight) func(context.Context, *auth.Tx, C) error {
	return func(_ context.Context, _ *auth.Tx, c C) error {
		change := reflect.ValueOf(c)
		before, after, changed := change.FieldByName("Old"), change.FieldByName("New"), change.FieldByName("Changed")
		for i := range changed.NumField() {
			name := changed.Type().Field(i).Name
			differs := said(before.FieldByName(name)) != said(after.FieldByName(name))
			if name != "UpdatedAt" && changed.Field(i).Bool() != differs {
				s.Errorf("%s.%s changed: %v, from %v to %v", s.table, name, changed.Field(i).Bool(), before.FieldByName(name), after.FieldByName(name))
			}
		}
		s.told = append(s.told, after.Interface())
		return nil
	}
}

// A calls is the calls on a table that give back rows.
type calls[D, C, P, ID any] interface {
	Create(context.Context, C) (D, error)
	CreateMany(context.Context, []C) ([]D, error)
	Get(context.Context, ID) (D, error)
	Update(context.Context, ID, P) (D, error)
	UpdateOne(context.Context, auth.Predicate[D], P) (D, bool, error)
	UpdateMany(context.Context, auth.Predicate[D], P) (int, error)
}

// A look is how the calls on a subject are made and compared. D is its document, C
// its create, P its patch.
type look[D, C, P, ID any] struct {
	tables func(*auth.Tables) calls[D, C, P, ID]
	create func(s *sight, text string) C
	patch  func(s *sight, text string) P
	id     func(D) ID
	eq     func(ID) auth.Predicate[D]
	in     func(...ID) auth.Predicate[D]
	add    func(ctx context.Context, t *auth.Tables, where auth.Predicate[D], patch P) (D, bool, error)
	upsert func(ctx context.Context, t *auth.Tables, in C, patch P) (D, bool, error)
}

// run makes every call, outside of a transaction, inside of one, and quiet, and
// compares what it and its triggers and events got with what Get returns.
func (l look[D, C, P, ID]) run(s *sight) {
	for name, inside := range map[string]func(func(context.Context, *auth.Tables) error) error{
		"alone": func(f func(context.Context, *auth.Tables) error) error { return f(s.ctx, &s.db.Tables) },
		"quiet": func(f func(context.Context, *auth.Tables) error) error {
			return f(s.ctx, &s.db.WithoutTriggers().Tables)
		},
		"in a transaction": func(f func(context.Context, *auth.Tables) error) error {
			return s.db.Tx(s.ctx, func(ctx context.Context, tx *auth.Tx) error { return f(ctx, &tx.Tables) })
		},
	} {
		var docs []D
		do := func(call string, f func(ctx context.Context, t *auth.Tables) ([]D, error)) {
			s.told = nil
			s.exec(`DELETE FROM "authgen_event"`)
			var got []D
			err := inside(func(ctx context.Context, t *auth.Tables) (err error) {
				got, err = f(ctx, t)
				return err
			})
			if err != nil {
				s.Fatalf("%s, %s: %v", call, name, err)
			}
			l.compare(s, call+", "+name, got)
			docs = got
		}
		one := func(doc D, ok bool, err error) ([]D, error) {
			if err == nil && !ok {
				err = auth.ErrNotFound
			}
			return []D{doc}, err
		}
		do("Create", func(ctx context.Context, t *auth.Tables) ([]D, error) {
			doc, err := l.tables(t).Create(ctx, l.create(s, s.next()))
			return []D{doc}, err
		})
		first := l.id(docs[0])
		do("Update", func(ctx context.Context, t *auth.Tables) ([]D, error) {
			doc, err := l.tables(t).Update(ctx, first, l.patch(s, s.next()))
			return []D{doc}, err
		})
		do("UpdateOne", func(ctx context.Context, t *auth.Tables) ([]D, error) {
			return one(l.tables(t).UpdateOne(ctx, auth.And(l.in(first), l.in(first, first)), l.patch(s, s.next())))
		})
		if l.add != nil {
			do("IncrementOne", func(ctx context.Context, t *auth.Tables) ([]D, error) {
				return one(l.add(ctx, t, l.eq(first), l.patch(s, s.next())))
			})
		}
		if l.upsert != nil {
			for range 2 {
				do("Upsert", func(ctx context.Context, t *auth.Tables) ([]D, error) {
					doc, _, err := l.upsert(ctx, t, l.create(s, s.next()), l.patch(s, s.next()))
					return []D{doc}, err
				})
			}
		}
		do("CreateMany", func(ctx context.Context, t *auth.Tables) ([]D, error) {
			return l.tables(t).CreateMany(ctx, []C{l.create(s, s.next()), l.create(s, s.next()), l.create(s, s.next())})
		})
		ids := []ID{l.id(docs[0]), l.id(docs[1]), l.id(docs[2])}
		do("UpdateMany", func(ctx context.Context, t *auth.Tables) ([]D, error) {
			n, err := l.tables(t).UpdateMany(ctx, l.in(ids...), l.patch(s, s.next()))
			if err == nil && n != 3 {
				err = fmt.Errorf("%d rows", n)
			}
			for _, id := range ids {
				doc, getErr := l.tables(t).Get(ctx, id)
				s.must(getErr)
				docs = append(docs, doc)
			}
			return docs[3:], err
		})
	}
}

// compare holds that documents are what Get returns, and so are those that triggers
// and events of the call got.
func (l look[D, C, P, ID]) compare(s *sight, call string, docs []D) {
	s.Helper()
	var stored []string
	var rows []any
	for _, doc := range docs {
		now, err := l.tables(&s.db.Tables).Get(s.ctx, l.id(doc))
		s.must(err)
		stored, rows = append(stored, exact(now)), append(rows, now)
		if exact(doc) != exact(now) {
			s.Fatalf("%s: the call gave\n%s\nand stored is\n%s", call, exact(doc), exact(now))
		}
	}
	for _, doc := range s.told {
		if !slices.Contains(stored, exact(doc)) {
			s.Fatalf("%s: the trigger got\n%s\nand stored is\n%s", call, exact(doc), stored)
		}
	}
	tells := s.tells == "create and update" || s.tells == "create" && strings.HasPrefix(call, "Create") || s.tells == "update" && strings.HasPrefix(call, "Update")
	if tells && !strings.HasSuffix(call, "quiet") && len(s.told) != len(docs) {
		s.Fatalf("%s: triggers were told of %d rows", call, len(s.told))
	}
	for _, event := range s.staged() {
		if !slices.ContainsFunc(rows, func(now any) bool { return tellsOf(event, now) }) {
			s.Fatalf("%s: the event carries\n%s\nand stored is\n%s", call, event.Data, stored)
		}
	}
}

// tellsOf reports whether an event carries a document: all of its fields but those
// that it writes in another way.
func tellsOf(event auth.Event, doc any) bool {
	var payload, fields map[string]any
	text, _ := json.Marshal(doc)
	if json.Unmarshal(event.Data, &payload) != nil || json.Unmarshal(text, &fields) != nil {
		return false
	}
	delete(payload, "updatedAt")
	for key, value := range payload {
		if fmt.Sprint(value) != fmt.Sprint(fields[key]) {
			return false
		}
	}
	return len(payload) > 0
}

// said returns what a value says, whatever its form.
func said(v reflect.Value) string {
	var said any
	text, _ := json.Marshal(v.Interface())
	_ = json.Unmarshal(text, &said)
	return fmt.Sprint(said)
}

// exact returns a document with every field as it is.
func exact(doc any) string {
	var b strings.Builder
	v := reflect.ValueOf(doc)
	for i := range v.NumField() {
		fmt.Fprintf(&b, "%s: ", v.Type().Field(i).Name)
		switch field := v.Field(i).Interface().(type) {
		case auth.Secret:
			b.WriteString(field.Reveal())
		case *json.RawMessage:
			if field != nil {
				b.Write(*field)
			}
		default:
			text, _ := json.Marshal(field)
			b.Write(text)
		}
		b.WriteString("; ")
	}
	return b.String()
}

// raw is a JSON text that no database writes as it stands.
func raw() *json.RawMessage { return new(json.RawMessage(`{"b": [1.50, 2e2],"a":"é"}`)) }

// subjects are tables without triggers and events, with either, and with both.
var subjects = []subject{
	{table: "sample", c: "label", n: "size", d: "seen", j: "doc", run: func(s *sight) {
		look[auth.Sample, auth.SampleCreate, auth.SamplePatch, auth.SampleID]{
			tables: func(t *auth.Tables) calls[auth.Sample, auth.SampleCreate, auth.SamplePatch, auth.SampleID] {
				return &t.Sample
			},
			create: func(_ *sight, text string) auth.SampleCreate {
				return auth.SampleCreate{Label: &text, Doc: raw(), Nums: new([]int{1})}
			},
			patch: func(_ *sight, text string) auth.SamplePatch {
				return auth.SamplePatch{Label: auth.Set(&text), Doc: auth.Set(raw())}
			},
			id: func(d auth.Sample) auth.SampleID { return d.ID }, eq: auth.SampleCols.ID.Eq, in: auth.SampleCols.ID.In,
			add: func(ctx context.Context, t *auth.Tables, where auth.Predicate[auth.Sample], patch auth.SamplePatch) (auth.Sample, bool, error) {
				return t.Sample.IncrementOne(ctx, where, auth.SampleDelta{Weight: 1}, patch)
			},
		}.run(s)
	}},
	{table: "tally", c: "label", n: "hits", run: func(s *sight) {
		look[auth.Tally, auth.TallyCreate, auth.TallyPatch, auth.TallyID]{
			tables: func(t *auth.Tables) calls[auth.Tally, auth.TallyCreate, auth.TallyPatch, auth.TallyID] {
				return &t.Tally
			},
			create: func(_ *sight, text string) auth.TallyCreate { return auth.TallyCreate{Label: text} },
			patch:  func(_ *sight, text string) auth.TallyPatch { return auth.TallyPatch{Label: auth.Set(text)} },
			id:     func(d auth.Tally) auth.TallyID { return d.ID }, eq: auth.TallyCols.ID.Eq, in: auth.TallyCols.ID.In,
			add: func(ctx context.Context, t *auth.Tables, where auth.Predicate[auth.Tally], patch auth.TallyPatch) (auth.Tally, bool, error) {
				return t.Tally.IncrementOne(ctx, where, auth.TallyDelta{Hits: 1}, patch)
			},
		}.run(s)
	}},
	{table: "counter", c: "label", n: "total", tells: "create", run: func(s *sight) {
		s.tr.Counter.OnCreate = tells[auth.Counter](s)
		look[auth.Counter, auth.CounterCreate, auth.CounterPatch, auth.CounterID]{
			tables: func(t *auth.Tables) calls[auth.Counter, auth.CounterCreate, auth.CounterPatch, auth.CounterID] {
				return &t.Counter
			},
			create: func(_ *sight, text string) auth.CounterCreate { return auth.CounterCreate{Label: text} },
			patch:  func(_ *sight, text string) auth.CounterPatch { return auth.CounterPatch{Label: auth.Set(text)} },
			id:     func(d auth.Counter) auth.CounterID { return d.ID }, eq: auth.CounterCols.ID.Eq, in: auth.CounterCols.ID.In,
			add: func(ctx context.Context, t *auth.Tables, where auth.Predicate[auth.Counter], patch auth.CounterPatch) (auth.Counter, bool, error) {
				return t.Counter.IncrementOne(ctx, where, auth.CounterDelta{Hits: 1}, patch)
			},
		}.run(s)
	}},
	{table: "lease", c: "owner", d: "endsAt", tells: "update", run: func(s *sight) {
		s.tr.Lease.OnUpdate = changes[auth.LeaseChange](s)
		look[auth.Lease, auth.LeaseCreate, auth.LeasePatch, auth.LeaseID]{
			tables: func(t *auth.Tables) calls[auth.Lease, auth.LeaseCreate, auth.LeasePatch, auth.LeaseID] {
				return &t.Lease
			},
			create: func(s *sight, text string) auth.LeaseCreate {
				return auth.LeaseCreate{Owner: text, StartsAt: dialect.Millis(s.now).Add(time.Duration(s.made) * time.Second)}
			},
			patch: func(_ *sight, text string) auth.LeasePatch { return auth.LeasePatch{Owner: auth.Set(text)} },
			id:    func(d auth.Lease) auth.LeaseID { return d.ID }, eq: auth.LeaseCols.ID.Eq, in: auth.LeaseCols.ID.In,
			upsert: func(ctx context.Context, t *auth.Tables, in auth.LeaseCreate, patch auth.LeasePatch) (auth.Lease, bool, error) {
				in.StartsAt = dialect.Millis(s.now).Add(-time.Hour)
				return t.Lease.UpsertByStartsAt(ctx, in, patch)
			},
		}.run(s)
	}},
	{table: "member", c: "role", tells: "create and update", run: func(s *sight) {
		s.tr.Member.OnCreate, s.tr.Member.OnUpdate = tells[auth.Member](s), changes[auth.MemberChange](s)
		look[auth.Member, auth.MemberCreate, auth.MemberPatch, auth.MemberID]{
			tables: func(t *auth.Tables) calls[auth.Member, auth.MemberCreate, auth.MemberPatch, auth.MemberID] {
				return &t.Member
			},
			create: func(s *sight, text string) auth.MemberCreate {
				o, err := s.db.WithoutTriggers().Organization.Create(context.WithoutCancel(s.ctx), auth.OrganizationCreate{Name: text, Slug: text})
				s.must(err)
				return auth.MemberCreate{UserID: s.user, OrganizationID: o.ID, Role: auth.Set(text)}
			},
			patch: func(_ *sight, text string) auth.MemberPatch { return auth.MemberPatch{Role: auth.Set(text)} },
			id:    func(d auth.Member) auth.MemberID { return d.ID }, eq: auth.MemberCols.ID.Eq, in: auth.MemberCols.ID.In,
		}.run(s)
	}},
	{table: "user", c: "name", n: "visits", j: "meta", tells: "create and update", run: func(s *sight) {
		s.tr.User.OnCreate, s.tr.User.OnUpdate = tells[auth.User](s), changes[auth.UserChange](s)
		look[auth.User, auth.UserCreate, auth.UserPatch, auth.UserID]{
			tables: func(t *auth.Tables) calls[auth.User, auth.UserCreate, auth.UserPatch, auth.UserID] { return &t.User },
			create: func(_ *sight, text string) auth.UserCreate {
				return auth.UserCreate{Name: text, Email: text, Meta: raw()}
			},
			patch: func(_ *sight, text string) auth.UserPatch {
				return auth.UserPatch{Name: auth.Set(text), Meta: auth.Set(raw())}
			},
			id: func(d auth.User) auth.UserID { return d.ID }, eq: auth.UserCols.ID.Eq, in: auth.UserCols.ID.In,
			add: func(ctx context.Context, t *auth.Tables, where auth.Predicate[auth.User], patch auth.UserPatch) (auth.User, bool, error) {
				return t.User.IncrementOne(ctx, where, auth.UserDelta{Credit: 1}, patch)
			},
			upsert: func(ctx context.Context, t *auth.Tables, in auth.UserCreate, patch auth.UserPatch) (auth.User, bool, error) {
				in.Email = "the same"
				return t.User.UpsertByEmail(ctx, in, patch)
			},
		}.run(s)
	}},
	{table: "desk", c: "name", n: "visits", tells: "create and update", run: func(s *sight) {
		s.tr.Desk.OnCreate, s.tr.Desk.OnUpdate = tells[auth.Desk](s), changes[auth.DeskChange](s)
		look[auth.Desk, auth.DeskCreate, auth.DeskPatch, auth.DeskID]{
			tables: func(t *auth.Tables) calls[auth.Desk, auth.DeskCreate, auth.DeskPatch, auth.DeskID] { return &t.Desk },
			create: func(_ *sight, text string) auth.DeskCreate { return auth.DeskCreate{Name: text} },
			patch:  func(_ *sight, text string) auth.DeskPatch { return auth.DeskPatch{Name: auth.Set(text)} },
			id:     func(d auth.Desk) auth.DeskID { return d.ID }, eq: auth.DeskCols.ID.Eq, in: auth.DeskCols.ID.In,
		}.run(s)
	}},
	{table: "ticket", c: "title", n: "hits", j: "notes", run: func(s *sight) {
		look[auth.Ticket, auth.TicketCreate, auth.TicketPatch, auth.TicketID]{
			tables: func(t *auth.Tables) calls[auth.Ticket, auth.TicketCreate, auth.TicketPatch, auth.TicketID] {
				return &t.Ticket
			},
			create: func(s *sight, text string) auth.TicketCreate {
				return auth.TicketCreate{DeskID: s.desk, Title: text, Pin: auth.NewSecret("p"), Notes: raw()}
			},
			patch: func(_ *sight, text string) auth.TicketPatch {
				return auth.TicketPatch{Title: auth.Set(text), Notes: auth.Set(raw())}
			},
			id: func(d auth.Ticket) auth.TicketID { return d.ID }, eq: auth.TicketCols.ID.Eq, in: auth.TicketCols.ID.In,
			add: func(ctx context.Context, t *auth.Tables, where auth.Predicate[auth.Ticket], patch auth.TicketPatch) (auth.Ticket, bool, error) {
				return t.Ticket.IncrementOne(ctx, where, auth.TicketDelta{Weight: 1}, patch)
			},
		}.run(s)
	}},
}
