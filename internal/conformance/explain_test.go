package conformance

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/gen"
	"github.com/authgen/authgen/gen/model"
	"github.com/authgen/authgen/gen/schema"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/internal/testdb"
)

// A specimen is a row of a table to write, with a row of each table that goes
// with it.
type specimen struct {
	id, where, patch, delta any
}

// specimens make a row of each table.
var specimens = map[string]func(e *env) specimen{
	"user": func(e *env) specimen {
		u := e.household()
		return specimen{u, auth.UserCols.ID.Ne("nobody"), auth.UserPatch{Name: auth.Set("x")}, auth.UserDelta{Visits: 1}}
	},
	"profile": func(e *env) specimen {
		p, err := e.db.Profile.Create(e.ctx, auth.ProfileCreate{UserID: e.user("ada").ID})
		e.must(err)
		return specimen{p.ID, auth.ProfileCols.ID.Ne("nobody"), auth.ProfilePatch{Bio: auth.Set("x")}, nil}
	},
	"session": func(e *env) specimen {
		s, err := e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret("t"), UserID: e.user("ada").ID, ExpiresAt: e.now})
		e.must(err)
		return specimen{s.ID, auth.SessionCols.ID.Ne("nobody"), auth.SessionPatch{Agent: auth.Set(new("x"))}, nil}
	},
	"member": func(e *env) specimen {
		m := e.member(e.user("ada"), e.organization(nil))
		return specimen{m.ID, auth.MemberCols.ID.Ne("nobody"), auth.MemberPatch{Role: auth.Set("x")}, nil}
	},
	"organization": func(e *env) specimen {
		o := e.organization(nil)
		e.member(e.user("ada"), o)
		return specimen{o.ID, auth.OrganizationCols.ID.Ne("nobody"), auth.OrganizationPatch{Name: auth.Set("x")}, nil}
	},
	"node": func(e *env) specimen {
		n, err := e.db.Node.Create(e.ctx, auth.NodeCreate{Label: "n"})
		e.must(err)
		return specimen{n.ID, auth.NodeCols.ID.Ne("nobody"), auth.NodePatch{Label: auth.Set("x")}, nil}
	},
	"counter": func(e *env) specimen {
		c, err := e.db.Counter.Create(e.ctx, auth.CounterCreate{Label: "c"})
		e.must(err)
		return specimen{c.ID, auth.CounterCols.ID.Ne(-1), auth.CounterPatch{Label: auth.Set("x")}, auth.CounterDelta{Hits: 1}}
	},
	"tally": func(e *env) specimen {
		c, err := e.db.Tally.Create(e.ctx, auth.TallyCreate{Label: "c"})
		e.must(err)
		return specimen{c.ID, auth.TallyCols.ID.Ne("nobody"), auth.TallyPatch{Label: auth.Set("x")}, auth.TallyDelta{Hits: 1}}
	},
	"page": func(e *env) specimen {
		p, err := e.db.Page.Create(e.ctx, auth.PageCreate{Title: "p"})
		e.must(err)
		return specimen{p.ID, auth.PageCols.ID.Ne("nobody"), auth.PagePatch{Title: auth.Set("x")}, nil}
	},
	"note": func(e *env) specimen {
		n, err := e.db.Note.Create(e.ctx, auth.NoteCreate{ID: "n", Text: "n"})
		e.must(err)
		return specimen{n.ID, auth.NoteCols.ID.Ne("nobody"), auth.NotePatch{Text: auth.Set("x")}, nil}
	},
	"lease": func(e *env) specimen {
		l, err := e.db.Lease.Create(e.ctx, auth.LeaseCreate{Owner: "a", StartsAt: time.UnixMilli(1)})
		e.must(err)
		return specimen{l.ID, auth.LeaseCols.ID.Ne("nobody"), auth.LeasePatch{Owner: auth.Set("x")}, nil}
	},
	"sample": func(e *env) specimen {
		s, err := e.db.Sample.Create(e.ctx, auth.SampleCreate{})
		e.must(err)
		return specimen{s.ID, auth.SampleCols.ID.Ne("nobody"), auth.SamplePatch{Size: auth.Set(new(1))}, auth.SampleDelta{Size: 1}}
	},
	"desk": func(e *env) specimen {
		d, err := e.db.Desk.Create(e.ctx, auth.DeskCreate{Name: "d"})
		e.must(err)
		other, err := e.db.Desk.Create(e.ctx, auth.DeskCreate{Name: "o"})
		e.must(err)
		e.sold(d, nil)
		e.sold(other, &d.ID)
		return specimen{d.ID, auth.DeskCols.Name.Eq("d"), auth.DeskPatch{Name: auth.Set("x")}, auth.DeskDelta{Visits: 1}}
	},
	"ticket": func(e *env) specimen {
		d, err := e.db.Desk.Create(e.ctx, auth.DeskCreate{Name: "d"})
		e.must(err)
		return specimen{e.sold(d, nil).ID, auth.TicketCols.ID.Ne("nobody"), auth.TicketPatch{Title: auth.Set("x")}, auth.TicketDelta{Hits: 1}}
	},
	"reply": func(e *env) specimen {
		r, err := e.db.Reply.Create(e.ctx, auth.ReplyCreate{Text: "r"})
		e.must(err)
		return specimen{r.ID, auth.ReplyCols.ID.Ne("nobody"), auth.ReplyPatch{Text: auth.Set("x")}, nil}
	},
	"folder": func(e *env) specimen {
		f := e.shelved()
		return specimen{f.ID, auth.FolderCols.ID.Ne("nobody"), auth.FolderPatch{ShelfID: auth.Set(f.ShelfID)}, nil}
	},
	"shelf": func(e *env) specimen {
		return specimen{e.shelved().ShelfID, auth.ShelfCols.ID.Ne("nobody"), auth.ShelfPatch{FolderID: auth.Set[*auth.FolderID](nil)}, nil}
	},
	"thread": func(e *env) specimen {
		t, err := e.db.Thread.Create(e.ctx, auth.ThreadCreate{Title: "t"})
		e.must(err)
		_, err = e.db.Post.Create(e.ctx, auth.PostCreate{ThreadID: &t.ID})
		e.must(err)
		return specimen{t.ID, auth.ThreadCols.ID.Ne("nobody"), auth.ThreadPatch{Title: auth.Set("x")}, nil}
	},
	"post": func(e *env) specimen {
		p, err := e.db.Post.Create(e.ctx, auth.PostCreate{})
		e.must(err)
		return specimen{p.ID, auth.PostCols.ID.Ne("nobody"), auth.PostPatch{ThreadID: auth.Set[*auth.ThreadID](nil)}, nil}
	},
	"essay": func(e *env) specimen {
		w, err := e.db.Essay.Create(e.ctx, auth.EssayCreate{ID: "w"})
		e.must(err)
		return specimen{w.ID, auth.EssayCols.ID.Ne("nobody"), auth.EssayPatch{Title: auth.Set(new("x"))}, nil}
	},
	"remark": func(e *env) specimen {
		d, err := e.db.Desk.Create(e.ctx, auth.DeskCreate{Name: "d"})
		e.must(err)
		r, err := e.db.Remark.Create(e.ctx, auth.RemarkCreate{TicketID: e.sold(d, nil).ID, Text: "r"})
		e.must(err)
		return specimen{r.ID, auth.RemarkCols.ID.Ne("nobody"), auth.RemarkPatch{Text: auth.Set("x")}, nil}
	},
}

// household stores a user with a row of each table that goes with it.
func (e *env) household() auth.UserID {
	e.Helper()
	u := e.user("ada")
	_, err := e.db.Profile.Create(e.ctx, auth.ProfileCreate{UserID: u.ID})
	e.must(err)
	e.member(u, e.organization(&u.ID))
	return u.ID
}

func (e *env) organization(owner *auth.UserID) auth.Organization {
	e.Helper()
	o, err := e.db.Organization.Create(e.ctx, auth.OrganizationCreate{Name: "o", Slug: "o", OwnerID: owner})
	e.must(err)
	return o
}

func (e *env) member(u auth.User, o auth.Organization) auth.Member {
	e.Helper()
	m, err := e.db.Member.Create(e.ctx, auth.MemberCreate{UserID: u.ID, OrganizationID: o.ID})
	e.must(err)
	return m
}

// shelved stores a folder on a shelf.
func (e *env) shelved() auth.Folder {
	e.Helper()
	s, err := e.db.Shelf.Create(e.ctx, auth.ShelfCreate{})
	e.must(err)
	f, err := e.db.Folder.Create(e.ctx, auth.FolderCreate{ShelfID: s.ID})
	e.must(err)
	return f
}

func (e *env) sold(d auth.Desk, spare *auth.DeskID) auth.Ticket {
	e.Helper()
	t, err := e.db.Ticket.Create(e.ctx, auth.TicketCreate{DeskID: d.ID, SpareID: spare, Title: "t", Pin: auth.NewSecret("p")})
	e.must(err)
	return t
}

// modelOf returns the model of the schema.
func modelOf(t *testing.T) *model.Model {
	t.Helper()
	src, err := os.ReadFile("schema.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, problems := gen.Load("schema.yaml", src)
	if problems != nil {
		t.Fatal(schema.Report("schema.yaml", problems))
	}
	return m
}

// skipUnexplained skips a database whose statements are not those that are explained.
func skipUnexplained(t *testing.T, db database) {
	t.Helper()
	if db.another {
		t.Skip("explained is the usual way to a database")
	}
	if db.name == "mysql" && !testdb.IsMariaDB(t) {
		t.Skip("of the two servers of MySQL, MariaDB is explained")
	}
}

// TestExplainIsTrue holds what authgen explain prints of every write of every
// table against what an observer sees of it.
func TestExplainIsTrue(t *testing.T) {
	m := modelOf(t)
	onEach(t, func(t *testing.T, db database) {
		skipUnexplained(t, db)
		stock := newStock(t, db)
		for _, table := range m.Tables {
			for _, op := range table.Operations() {
				t.Run(table.Key+" "+string(op), func(t *testing.T) {
					e := newEnv(t, stock.take())
					t.Cleanup(func() { stock.giveBack(e) })
					want := statementsOf(table, op, schema.Dialect(e.kind().String()))
					want = slices.DeleteFunc(want, func(s model.Step) bool { return s.Long })
					got := e.performed(table, op)
					if !slices.EqualFunc(want, got, isExplained) {
						t.Errorf("explained:\n  %s\nobserved:\n  %s", strings.Join(sqlOf(want), "\n  "), strings.Join(got, "\n  "))
					}
				})
			}
		}
	})
}

func sqlOf(steps []model.Step) []string {
	var list []string
	for _, s := range steps {
		list = append(list, s.SQL)
	}
	return list
}

// performed runs an operation and returns the statements that it took.
func (e *env) performed(table *model.Table, op model.Operation) []string {
	e.Helper()
	e.seen.take()
	row := specimens[table.Key](e)
	if op == model.Create {
		inserts := slices.DeleteFunc(e.statements(), func(sql string) bool { return !strings.HasPrefix(sql, e.sql(`INSERT INTO "`+table.SQLName+`"`)) })
		return slices.Compact(inserts)
	}
	ops := reflect.ValueOf(e.db).Elem().FieldByName(table.Doc).Addr()
	name := strings.ToUpper(string(op[:1])) + string(op[1:])
	args := map[model.Operation][]any{
		model.Update: {row.id, row.patch}, model.UpdateOne: {row.where, row.patch}, model.UpdateMany: {row.where, row.patch},
		model.Delete: {row.id}, model.DeleteMany: {row.where}, model.ConsumeOne: {row.where},
		model.IncrementOne: {row.where, row.delta, reflect.Zero(reflect.TypeOf(row.patch)).Interface()},
	}[op]
	e.seen.take()
	in := []reflect.Value{reflect.ValueOf(e.ctx)}
	for _, a := range args {
		in = append(in, reflect.ValueOf(a))
	}
	out := ops.MethodByName(name).Call(in)
	if err, _ := out[len(out)-1].Interface().(error); err != nil {
		e.Fatal(err)
	}
	return e.statements()
}

// statements returns the statements that were seen, without those of the outbox.
func (e *env) statements() []string {
	var list []string
	for _, s := range e.seen.take() {
		if s.Kind == authgen.StepStatement && !strings.Contains(s.SQL, "authgen_event") {
			list = append(list, s.SQL)
		}
	}
	return list
}

// statementsOf returns the statements that are explained, those of cascades in
// their place. Of a table that refers to itself, a cascade finds no row.
func statementsOf(t *model.Table, op model.Operation, d schema.Dialect) []model.Step {
	var list []model.Step
	for _, s := range t.Explain(op, d) {
		switch s.Kind {
		case model.Statement:
			list = append(list, s)
		case model.Cascading:
			below := []model.Step{t.Explain(s.Operation, d)[1]}
			if s.Table != t {
				below = statementsOf(s.Table, s.Operation, d)
			}
			list = append(list, below...)
		}
	}
	return list
}

// isExplained reports whether a statement is what a step says: "…" stands for
// anything, and placeholders of Postgres have any number.
func isExplained(s model.Step, sql string) bool {
	parts := strings.Split(numbers.ReplaceAllString(s.SQL, "?"), "…")
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile("^" + strings.Join(parts, ".*") + "$").MatchString(numbers.ReplaceAllString(sql, "?"))
}

var numbers = regexp.MustCompile(`\$\d+`)

// TestExplainIsTrueOfManyRows does so for operations on more rows than a batch:
// whatever runs is explained, and what is explained runs.
func TestExplainIsTrueOfManyRows(t *testing.T) {
	m := modelOf(t)
	onEach(t, func(t *testing.T, db database) {
		skipUnexplained(t, db)
		for _, c := range []struct {
			table string
			op    model.Operation
		}{{"tally", model.UpdateMany}, {"lease", model.UpdateMany}, {"organization", model.DeleteMany}, {"member", model.DeleteMany}} {
			t.Run(c.table+" "+string(c.op), func(t *testing.T) {
				e := newEnv(t, db.open(t))
				e.crowd(c.table, 501)
				want := statementsOf(m.Table(c.table), c.op, schema.Dialect(e.kind().String()))
				got := e.performed(m.Table(c.table), c.op)
				for _, sql := range got {
					if !slices.ContainsFunc(want, func(s model.Step) bool { return isExplained(s, sql) }) {
						t.Errorf("not explained: %s", sql)
					}
				}
				for _, s := range m.Table(c.table).Explain(c.op, schema.Dialect(e.kind().String())) {
					if s.Kind == model.Statement && !slices.ContainsFunc(got, func(sql string) bool { return isExplained(s, sql) }) {
						t.Errorf("explained, and not run: %s", s.SQL)
					}
				}
			})
		}
	})
}

// crowd stores n rows in a table, without triggers.
func (e *env) crowd(table string, n int) {
	e.Helper()
	var bob auth.User
	if table == "member" {
		bob = e.user("bob")
	}
	e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) (err error) {
		quiet := tx.WithoutTriggers()
		for i := range n {
			switch table {
			case "tally":
				_, err = quiet.Tally.Create(ctx, auth.TallyCreate{Label: "x"})
			case "lease":
				_, err = quiet.Lease.Create(ctx, auth.LeaseCreate{Owner: "x", StartsAt: time.UnixMilli(int64(i + 10))})
			case "organization":
				_, err = quiet.Organization.Create(ctx, auth.OrganizationCreate{Name: "x", Slug: fmt.Sprint("x", i)})
			case "member":
				var o auth.Organization
				if o, err = quiet.Organization.Create(ctx, auth.OrganizationCreate{Name: "x", Slug: fmt.Sprint("x", i)}); err == nil {
					_, err = quiet.Member.Create(ctx, auth.MemberCreate{UserID: bob.ID, OrganizationID: o.ID})
				}
			}
			if err != nil {
				return err
			}
		}
		return nil
	}))
}
