package reconcile

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/dialect/postgres"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/gen"
	"github.com/authgen/authgen/gen/model"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/internal/criteria"
	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/runtime"
)

// loadModel returns the model of a schema.
func loadModel(t *testing.T, src string) *model.Model {
	t.Helper()
	m, problems := gen.Load("schema.yaml", []byte(src))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return m
}

// conformanceModel returns the model of package conformance/auth.
func conformanceModel(t *testing.T) *model.Model {
	t.Helper()
	src, err := os.ReadFile("../../../internal/conformance/schema.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return loadModel(t, string(src))
}

// A system is a database with the tables of package conformance/auth.
type system struct {
	*testing.T
	db *auth.DB
}

func (s *system) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// onEach runs a test on every database, an empty one.
func onEach(t *testing.T, test func(s *system)) {
	for name, open := range map[string]func(*testing.T) dialect.Database{
		"sqlite":   func(t *testing.T) dialect.Database { return sqlite.Open(filepath.Join(t.TempDir(), "app.db")) },
		"postgres": func(t *testing.T) dialect.Database { return postgres.Open(testdb.Postgres(t)) },
		"mysql":    func(t *testing.T) dialect.Database { return mysql.Open(testdb.MySQL(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			s := &system{T: t}
			var err error
			s.db, err = auth.Open(t.Context(), open(t), auth.NoTriggers{})
			s.must(err)
			t.Cleanup(func() { s.must(s.db.Close()) })
			s.must(s.db.CreateTables(t.Context()))
			test(s)
		})
	}
}

// eventOfAll returns an event that carries every field that is no secret, as an
// event without "payload" does.
func eventOfAll(t *model.Table) *model.Event {
	return &model.Event{Key: t.Key + ".created", Table: t, WithID: true, Fields: slices.DeleteFunc(slices.Clone(t.Fields), isSecret)}
}

// The rows of tables with fields of every type are told as the generated package
// would tell them, byte for byte.
func TestRowsAreToldAsGenerated(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.FixedZone("", 3600))
	m := conformanceModel(t)
	onEach(t, func(s *system) {
		ctx := s.Context()
		told := func(table string) (all []string) {
			e := eventOfAll(m.Table(table))
			rows, err := shapeOf(e.Table, []*model.Event{e}).behind(ctx, runtime.Handle{DB: s.db.Outbox()}, "", 100)
			s.must(err)
			for i := range rows {
				all = append(all, string(rows[i].payload(e)))
			}
			return all
		}
		same := func(table string, documents []any) {
			t.Helper()
			var want []string
			for _, d := range documents {
				text, err := dialect.EncodeJSON(d)
				s.must(err)
				text = strings.Replace(text, `"code":null,`, "", 1) // a secret, which no event has
				want = append(want, threeDigits(text))
			}
			if got := told(table); !slices.Equal(got, want) {
				t.Errorf("%s is told\n%s\nwant\n%s", table, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}

		var samples []any
		for i, in := range []auth.SampleCreate{
			{},
			{Label: new("<&> \u2028 ä\"\\"), Size: new(-3), Weight: new(1.5e-9), Seen: &at, Flag: new(true), Raw: new([]byte{0, 255}), Nums: new([]int{1, -2})},
			{Label: new(""), Size: new(math.MaxInt32), Weight: new(123456789.0), Seen: new(at.Truncate(time.Second)), Flag: new(false), Raw: new([]byte{}), Nums: new([]int{})},
		} {
			in.ID = auth.Set(auth.SampleID(fmt.Sprint("s", i)))
			d, err := s.db.Sample.Create(ctx, in)
			s.must(err)
			samples = append(samples, d)
		}
		same("sample", samples)

		u, err := s.db.User.Create(ctx, auth.UserCreate{
			Name: "Ada", Email: "ada@example.com", Credit: new(int64(math.MaxInt64)), Score: auth.Set(0.1), Role: auth.Set(auth.UserRoleAdmin),
			Meta: new(json.RawMessage(`{"b": [1.5, "<"], "a": null}`)), Tags: auth.Set([]string{"x", "y"}), CreatedAt: auth.Set(at),
		})
		s.must(err)
		u, err = s.db.User.Get(ctx, u.ID) // Postgres writes JSON its own way
		s.must(err)
		same("user", []any{u})

		var counters []any
		for range 11 { // so that 10 stands behind 9
			d, err := s.db.Counter.Create(ctx, auth.CounterCreate{Label: "c"})
			s.must(err)
			counters = append(counters, d)
		}
		same("counter", counters)

		l, err := s.db.Lease.Create(ctx, auth.LeaseCreate{Owner: "o", StartsAt: at, EndsAt: &at})
		s.must(err)
		same("lease", []any{l})
	})
}

var fraction = regexp.MustCompile(`(T\d\d:\d\d:\d\d)(\.\d{1,3})?Z"`)

// threeDigits returns JSON in which the times of a document are written as events
// write them.
func threeDigits(text string) string {
	return fraction.ReplaceAllStringFunc(text, func(found string) string {
		parts := fraction.FindStringSubmatch(found)
		digits := (strings.TrimPrefix(parts[2], ".") + "000")[:3]
		return parts[1] + "." + digits + `Z"`
	})
}

// A table whose ids are numbers is gone through in their order, and can be gone
// through again from anywhere.
func TestSerialRows(t *testing.T) {
	m := conformanceModel(t)
	onEach(t, func(s *system) {
		for range 12 {
			_, err := s.db.Counter.Create(s.Context(), auth.CounterCreate{Label: "c"})
			s.must(err)
		}
		shape, session := shapeOf(m.Table("counter"), nil), runtime.Handle{DB: s.db.Outbox()}
		rows, err := shape.behind(s.Context(), session, "9", 2)
		s.must(err)
		if len(rows) != 2 || rows[0].id != "10" || rows[1].id != "11" {
			t.Errorf("behind 9 are %+v", rows)
		}
		if _, err := shape.behind(s.Context(), session, "nine", 2); err == nil || !strings.Contains(err.Error(), `"nine" is not an id of table counter`) {
			t.Errorf("the error is %v", err)
		}
		rows, err = shape.among(s.Context(), session, []string{"12", "nine", "2", "99"}, criteria.NoLock)
		s.must(err)
		if len(rows) != 2 || rows[0].id != "2" || rows[1].id != "12" {
			t.Errorf("there are %+v", rows)
		}
	})
}

// No column of a secret is read, whatever a model says.
func TestSecretsAreNotRead(t *testing.T) {
	m := loadModel(t, `
version: 1
out: ./auth
tables:
  user: {fields: {name: string, password: {type: string, secret: true}}}
`)
	table := m.Table("user")
	s := shapeOf(table, []*model.Event{{Table: table, Fields: table.Fields}})
	if f := s.table.Fields; len(f) != 2 || f[0].Column != "id" || f[1].Column != "name" {
		t.Errorf("rows are read with the columns of %+v", f)
	}
}
