package conformance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// samples stores rows for the predicates; the last has nothing but a label.
func (e *env) samples() {
	e.Helper()
	for i, label := range []string{"100%", "100x", "a_c", "abc", `a\c`, "Abc", "", "é"} {
		_, err := e.db.Sample.Create(e.ctx, auth.SampleCreate{
			ID: auth.Set(auth.SampleID(fmt.Sprint(i))), Label: &label, Size: &i, Weight: new(float64(i) / 2),
			Seen: new(e.now.Add(time.Duration(i) * time.Millisecond)), Flag: new(i%2 == 0),
		})
		e.must(err)
	}
	_, err := e.db.Sample.Create(e.ctx, auth.SampleCreate{ID: auth.Set(auth.SampleID("null"))})
	e.must(err)
}

// matches returns the ids of the samples that a predicate matches.
func (e *env) matches(p auth.Predicate[auth.Sample]) string {
	e.Helper()
	rows, err := e.db.Sample.Find(e.ctx, auth.SampleQuery{Where: p})
	e.must(err)
	var ids []string
	for _, r := range rows {
		ids = append(ids, string(r.ID))
	}
	n, err := e.db.Sample.Count(e.ctx, p)
	e.must(err)
	exists, err := e.db.Sample.Exists(e.ctx, p)
	e.must(err)
	if n != len(ids) || exists != (n > 0) {
		e.Errorf("Find gives %d rows, Count %d, Exists %v", len(ids), n, exists)
	}
	return strings.Join(ids, " ")
}

var whereCases = []testCase{
	{"W2 many rows take a predicate always", func(t *testing.T, e *env) {
		e.users(1)
		var none auth.Predicate[auth.User]
		for name, p := range map[string]auth.Predicate[auth.User]{
			"zero": none, "And()": auth.And[auth.User](), "Or()": auth.Or[auth.User](), "Not(zero)": auth.Not(none),
			"And with a zero term": auth.And(auth.UserCols.Name.Eq("x"), none), "Or with a zero term": auth.Or(none, auth.UserCols.Name.Eq("x")),
		} {
			_, err := e.db.User.DeleteMany(e.ctx, p)
			e.is(err, auth.ErrValidation)
			_, err = e.db.User.UpdateMany(e.ctx, p, auth.UserPatch{Visits: auth.Set(1)})
			e.is(err, auth.ErrValidation)
			if _, err = e.db.User.Count(e.ctx, p); err == nil {
				t.Errorf("%s: counted", name)
			}
		}
		_, err := e.db.Session.DeleteMany(e.ctx, auth.Predicate[auth.Session]{})
		e.is(err, auth.ErrValidation)
		e.count("user", 1)
	}},
	{"W3 %, _ and the escape character are literal", func(t *testing.T, e *env) {
		e.samples()
		l := auth.SampleCols.Label
		for _, c := range []struct {
			p    auth.Predicate[auth.Sample]
			want string
		}{
			{l.Contains("%"), "0"}, {l.Contains("_"), "2"}, {l.Contains(`\`), "4"}, {l.StartsWith("100%"), "0"},
			{l.StartsWith("100"), "0 1"}, {l.EndsWith("_c"), "2"}, {l.EndsWith("c"), "2 3 4 5"}, {l.Contains("bc"), "3 5"},
			{l.StartsWith("a"), "2 3 4"}, {l.StartsWith("A"), "5"}, {l.Contains("é"), "7"}, {l.EndsWith("xyz100%"), ""},
			{l.Contains(""), "0 1 2 3 4 5 6 7"}, {l.StartsWith(""), "0 1 2 3 4 5 6 7"}, {l.EndsWith(""), "0 1 2 3 4 5 6 7"},
		} {
			if got := e.matches(c.p); got != c.want {
				t.Errorf("%+v matches %q, want %q", c.p, got, c.want)
			}
		}
	}},
	{"W4 null matches IsNull only", func(t *testing.T, e *env) {
		e.samples()
		s := auth.SampleCols
		for _, c := range []struct {
			p    auth.Predicate[auth.Sample]
			want string
		}{
			{s.Size.IsNull(), "null"}, {s.Size.NotNull(), "0 1 2 3 4 5 6 7"}, {s.Size.Ne(3), "0 1 2 4 5 6 7"},
			{s.Size.Lt(2), "0 1"}, {s.Size.Lte(2), "0 1 2"}, {s.Size.Gt(5), "6 7"}, {s.Size.Gte(5), "5 6 7"},
			{s.Size.In(1, 3, 99), "1 3"}, {s.Size.NotIn(1, 3), "0 2 4 5 6 7"}, {s.Size.In(), ""}, {s.Size.NotIn(), "0 1 2 3 4 5 6 7 null"},
			{auth.Not(s.Size.Eq(3)), "0 1 2 4 5 6 7"}, {auth.Not(s.Size.IsNull()), "0 1 2 3 4 5 6 7"},
			{s.Flag.Eq(true), "0 2 4 6"}, {s.Weight.Eq(1.5), "3"}, {s.Seen.Gt(e.now.Add(5 * time.Millisecond)), "6 7"},
			{s.Seen.Eq(e.now.Truncate(time.Millisecond).Add(3 * time.Millisecond)), "3"}, {s.Raw.IsNull(), "0 1 2 3 4 5 6 7 null"}, {s.Nums.NotNull(), ""},
			{auth.And(s.Size.Gt(1), auth.Or(s.Label.Eq("abc"), s.Label.Eq(""))), "3 6"},
			{auth.Or(auth.And(s.Size.Gt(1), s.Size.Lt(3)), s.Label.IsNull()), "2 null"}, {auth.All[auth.Sample](), "0 1 2 3 4 5 6 7 null"},
		} {
			if got := e.matches(c.p); got != c.want {
				t.Errorf("%+v matches %q, want %q", c.p, got, c.want)
			}
		}
	}},
	{"W4 nulls are distinct for uniqueness", func(t *testing.T, e *env) {
		e.users(3) // each without nick
		e.count("user", 3)
	}},
	{"W6 values are bound, whatever they hold", func(t *testing.T, e *env) {
		e.users(2)
		for _, v := range []string{`' OR 1=1 --`, `"; DROP TABLE user; --`, `?`, `$1`, "\n", `\`} {
			if n, err := e.db.User.DeleteMany(e.ctx, auth.UserCols.Name.Eq(v)); n != 0 || err != nil {
				t.Errorf("%q: deleted %d (%v)", v, n, err)
			}
		}
		e.count("user", 2)
	}},
	{"W6 In takes as many values as one likes", func(t *testing.T, e *env) {
		e.users(3)
		ids := make([]auth.UserID, 40_000)
		for i := range ids {
			ids[i] = auth.UserID(fmt.Sprintf("u%05d", i+1))
		}
		n, err := e.db.User.Count(e.ctx, auth.UserCols.ID.In(ids...))
		if err != nil || n != 2 {
			t.Errorf("%d match (%v)", n, err)
		}
		n, err = e.db.User.Count(e.ctx, auth.UserCols.ID.NotIn(ids...))
		if err != nil || n != 1 {
			t.Errorf("%d match (%v)", n, err)
		}
	}},
	{"W6 In takes many values of every type", func(t *testing.T, e *env) {
		e.samples()
		c, err := e.db.Counter.Create(e.ctx, auth.CounterCreate{Label: "c"})
		e.must(err)
		const n = 12_000
		labels, sizes, weights, times, ids := []string{"é", `a\c`, "100%", strings.Repeat("ö", 300)}, []int{}, []float64{}, []time.Time{}, []auth.CounterID{}
		for i := range n {
			labels = append(labels, fmt.Sprintf(`"%d'`, i))
			sizes, weights = append(sizes, i+6), append(weights, 2.5+float64(i))
			times, ids = append(times, e.now.Truncate(time.Millisecond).Add(time.Duration(i+4)*time.Millisecond)), append(ids, auth.CounterID(i))
		}
		s := auth.SampleCols
		for _, c := range []struct {
			p    auth.Predicate[auth.Sample]
			want string
		}{
			{s.Label.In(labels...), "0 4 7"}, {s.Label.NotIn(labels...), "1 2 3 5 6"}, {s.Size.In(sizes...), "6 7"}, {s.Size.NotIn(sizes...), "0 1 2 3 4 5"},
			{s.Weight.In(weights...), "5 7"}, {s.Seen.In(times...), "4 5 6 7"}, {s.Seen.NotIn(times...), "0 1 2 3"},
		} {
			if got := e.matches(c.p); got != c.want {
				t.Errorf("matches %q, want %q", got, c.want)
			}
		}
		found, err := e.db.Counter.Count(e.ctx, auth.CounterCols.ID.In(ids...))
		if err != nil || found != 1 || c.ID != 1 {
			t.Errorf("counter %d: %d match (%v)", c.ID, found, err)
		}
		gone, err := e.db.Counter.DeleteMany(e.ctx, auth.CounterCols.ID.In(ids...))
		if err != nil || gone != 1 {
			t.Errorf("%d deleted (%v)", gone, err)
		}
	}},
	{"W7 results have an order, null first, then the key", func(t *testing.T, e *env) {
		e.samples()
		order := func(q auth.SampleQuery) string {
			t.Helper()
			rows, err := e.db.Sample.Find(e.ctx, q)
			e.must(err)
			var ids, streamed []string
			for _, r := range rows {
				ids = append(ids, string(r.ID))
			}
			for r, err := range e.db.Sample.Each(e.ctx, q) {
				e.must(err)
				streamed = append(streamed, string(r.ID))
			}
			if !slices.Equal(ids, streamed) {
				t.Errorf("Find gives %v, Each %v", ids, streamed)
			}
			return strings.Join(ids, " ")
		}
		s := auth.SampleCols
		for _, c := range []struct {
			q    auth.SampleQuery
			want string
		}{
			{auth.SampleQuery{}, "0 1 2 3 4 5 6 7 null"},
			{auth.SampleQuery{OrderBy: auth.SampleOrder{s.Size.Desc()}}, "7 6 5 4 3 2 1 0 null"},
			{auth.SampleQuery{OrderBy: auth.SampleOrder{s.Size.Asc()}}, "null 0 1 2 3 4 5 6 7"},
			{auth.SampleQuery{OrderBy: auth.SampleOrder{s.Flag.Desc()}}, "0 2 4 6 1 3 5 7 null"},
			{auth.SampleQuery{OrderBy: auth.SampleOrder{s.Flag.Asc(), s.Size.Desc()}}, "null 7 5 3 1 6 4 2 0"},
			{auth.SampleQuery{OrderBy: auth.SampleOrder{s.Label.Asc()}, Limit: 4}, "null 6 0 1"},
			{auth.SampleQuery{Limit: 2, Offset: 3}, "3 4"},
			{auth.SampleQuery{Offset: 7}, "7 null"},
			{auth.SampleQuery{OrderBy: auth.SampleOrder{s.ID.Desc()}, Limit: 2}, "null 7"},
		} {
			if got := order(c.q); got != c.want {
				t.Errorf("%+v gives %s, want %s", c.q, got, c.want)
			}
		}
		first, ok, err := e.db.Sample.First(e.ctx, auth.SampleQuery{OrderBy: auth.SampleOrder{s.Size.Desc()}})
		if err != nil || !ok || first.ID != "7" {
			t.Errorf("First: %v, %v (%v)", first.ID, ok, err)
		}
		_, ok, err = e.db.Sample.First(e.ctx, auth.SampleQuery{Where: s.Size.Eq(99)})
		if err != nil || ok {
			t.Errorf("First of none: %v (%v)", ok, err)
		}
	}},
	{"W7 Each pages by the order asked for, with nulls and ties", func(t *testing.T, e *env) {
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			for i := range 1700 {
				in := auth.SampleCreate{ID: auth.Set(auth.SampleID(fmt.Sprintf("%05d", i)))}
				if i%3 > 0 {
					in.Size = new(i % 7)
				}
				if _, err := tx.Sample.Create(ctx, in); err != nil {
					return err
				}
			}
			return nil
		}))
		for _, by := range []auth.SampleOrder{nil, {auth.SampleCols.Size.Asc()}, {auth.SampleCols.Size.Desc()}, {auth.SampleCols.Size.Desc(), auth.SampleCols.ID.Desc()}} {
			q := auth.SampleQuery{OrderBy: by, Limit: 1650, Offset: 20}
			rows, err := e.db.Sample.Find(e.ctx, q)
			e.must(err)
			i := 0
			for r, err := range e.db.Sample.Each(e.ctx, q) {
				e.must(err)
				if i >= len(rows) || r.ID != rows[i].ID {
					t.Fatalf("order %v: row %d differs", by, i)
				}
				i++
			}
			if i != 1650 {
				t.Errorf("order %v: %d rows", by, i)
			}
		}
	}},
	{"W7 the loop over Each may write, and may stop", func(t *testing.T, e *env) {
		e.users(600)
		n := 0
		for u, err := range e.db.User.Each(e.ctx, auth.UserQuery{}) {
			e.must(err)
			if n++; n == 550 {
				break
			}
			_, err = e.db.User.Update(e.ctx, u.ID, auth.UserPatch{Visits: auth.Set(1)})
			e.must(err)
		}
		ctx, cancel := context.WithCancel(e.ctx)
		cancel()
		for _, err := range e.db.User.Each(ctx, auth.UserQuery{}) {
			e.is(err, context.Canceled)
		}
	}},
	{"W8 strings compare by bytes", func(t *testing.T, e *env) {
		e.samples()
		l := auth.SampleCols.Label
		for _, c := range []struct {
			p    auth.Predicate[auth.Sample]
			want string
		}{{l.Eq("ABC"), ""}, {l.Eq("abc "), ""}, {l.Eq("Abc"), "5"}, {l.Lt("a"), "0 1 5 6"}, {l.Gte("abc"), "3 7"}, {l.Lte("100x"), "0 1 6"}, {l.Gt("abc"), "7"}} {
			if got := e.matches(c.p); got != c.want {
				t.Errorf("%+v matches %q, want %q", c.p, got, c.want)
			}
		}
		_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "a", Email: "MiXed@x"})
		e.must(err)
		_, err = e.db.User.Create(e.ctx, auth.UserCreate{Name: "b", Email: "mixed@x"})
		e.must(err)
		_, err = e.db.User.GetByEmail(e.ctx, "mixed@x ")
		e.is(err, auth.ErrNotFound)
	}},
	{"W1 finders for unique fields and unique indexes", func(t *testing.T, e *env) {
		u := e.family("ada")
		s, err := e.db.Session.GetByToken(e.ctx, auth.NewSecret("ada"))
		e.must(err)
		o, err := e.db.Organization.GetBySlug(e.ctx, "ada")
		e.must(err)
		m, err := e.db.Member.GetByUserIDAndOrganizationID(e.ctx, u.ID, o.ID)
		e.must(err)
		p, err := e.db.Profile.GetByUserID(e.ctx, u.ID)
		e.must(err)
		if s.UserID != u.ID || p.UserID != u.ID || m.OrganizationID != o.ID {
			t.Errorf("session %+v, profile %+v, member %+v", s, p, m)
		}
	}},
}
