package conformance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/internal/testdb"
)

// An essayColumn is a column of long values, and what it means in Go.
type essayColumn struct {
	name      string
	asc, desc authgen.Order[*auth.Essay]
	of        func(auth.Essay) *string
	lt, gte   func(string) auth.Predicate[auth.Essay] // nil: its values are not compared
	longest   int
}

var essayColumns = []essayColumn{
	{
		"slug", auth.EssayCols.Slug.Asc(), auth.EssayCols.Slug.Desc(), func(x auth.Essay) *string { return x.Slug },
		auth.EssayCols.Slug.Lt, auth.EssayCols.Slug.Gte, 600,
	},
	{
		"title", auth.EssayCols.Title.Asc(), auth.EssayCols.Title.Desc(), func(x auth.Essay) *string { return x.Title },
		auth.EssayCols.Title.Lt, auth.EssayCols.Title.Gte, 12_000,
	},
	{
		"body", auth.EssayCols.Body.Asc(), auth.EssayCols.Body.Desc(), func(x auth.Essay) *string { return x.Body },
		auth.EssayCols.Body.Lt, auth.EssayCols.Body.Gte, 16_384,
	},
	{
		"scan", auth.EssayCols.Scan.Asc(), auth.EssayCols.Scan.Desc(), func(x auth.Essay) *string {
			if x.Scan == nil {
				return nil
			}
			return new(string(*x.Scan))
		}, nil, nil, 16_384,
	},
}

// GoString is what a failure shows of it.
func (c essayColumn) GoString() string { return c.name }

// longText returns a text of at most so many characters that shares its beginning
// with many others: for most of them, 300 characters.
func longText(r *rand.Rand, longest int) string {
	unit := []string{"h", "h", "h", "é", "\U0001F600"}[r.IntN(5)]
	lengths := []int{0, 100, 252, 255, 256, 257, 341, 511, 1022, 1023, 1024, 4095, longest - 4, longest - 3}
	length := 300
	if r.IntN(4) == 0 {
		length = min(lengths[r.IntN(len(lengths))], longest-3)
	}
	var b strings.Builder
	b.WriteString(strings.Repeat(unit, length))
	for range 3 { // U+FFFF is above U+10000 in UTF-16
		b.WriteString([]string{"", "a", "b", "B", " ", "é", "\uffff", "\U00010000"}[r.IntN(8)])
	}
	return b.String()
}

// fillEssays stores n essays, and returns them.
func (e *env) fillEssays(n int) []auth.Essay {
	e.Helper()
	r := rand.New(rand.NewPCG(1, uint64(n)))
	value := func(c essayColumn) *string {
		if r.IntN(20) == 0 {
			return nil
		}
		return new(longText(r, c.longest))
	}
	var in []auth.EssayCreate
	for i := range n {
		essay := auth.EssayCreate{
			ID:   auth.EssayID(fmt.Sprintf("e%05d", i*7919%n)), // so that they are stored in another order
			Slug: value(essayColumns[0]), Title: value(essayColumns[1]), Body: value(essayColumns[2]),
		}
		if scan := value(essayColumns[3]); scan != nil {
			essay.Scan = new([]byte((*scan)[:min(len(*scan), essayColumns[3].longest)]))
		}
		in = append(in, essay)
	}
	essays, err := e.db.Essay.CreateMany(e.ctx, in)
	e.must(err)
	return essays
}

// An essayRead is a way to read essays, and what it means in Go.
type essayRead struct {
	call    string // "Find", "First" or "Each"
	query   auth.EssayQuery
	compare []func(a, b auth.Essay) int
	matches func(auth.Essay) bool
	text    string
}

// anyEssayRead draws one; values are compared with those that are stored.
func anyEssayRead(t *rapid.T, essays []auth.Essay) essayRead {
	r := essayRead{call: rapid.SampledFrom([]string{"Find", "First", "Each"}).Draw(t, "call"), matches: func(auth.Essay) bool { return true }}
	for _, c := range rapid.SliceOfN(rapid.SampledFrom(essayColumns), 1, 2).Draw(t, "order") {
		ascending := func(a, b auth.Essay) int { return compareTexts(c.of(a), c.of(b)) }
		if rapid.Bool().Draw(t, "descending") {
			r.query.OrderBy = append(r.query.OrderBy, c.desc)
			r.compare = append(r.compare, func(a, b auth.Essay) int { return -ascending(a, b) })
			r.text += c.name + " desc, "
		} else {
			r.query.OrderBy = append(r.query.OrderBy, c.asc)
			r.compare = append(r.compare, ascending)
			r.text += c.name + ", "
		}
	}
	r.query.Limit = rapid.SampledFrom([]int{0, 1, 7, 100, 500, 600}).Draw(t, "limit")
	r.query.Offset = rapid.SampledFrom([]int{0, 0, 3, 400}).Draw(t, "offset")
	c := rapid.SampledFrom(essayColumns[:3]).Draw(t, "compared")
	bound := c.of(rapid.SampledFrom(essays).Draw(t, "bound"))
	switch comparison := rapid.SampledFrom([]string{"", "", "<", ">="}).Draw(t, "comparison"); {
	case bound == nil || comparison == "":
	case comparison == "<":
		r.query.Where = c.lt(*bound)
		r.matches = func(x auth.Essay) bool { v := c.of(x); return v != nil && *v < *bound }
		r.text += "where " + c.name + " <"
	default:
		r.query.Where = c.gte(*bound)
		r.matches = func(x auth.Essay) bool { v := c.of(x); return v != nil && *v >= *bound }
		r.text += "where " + c.name + " >="
	}
	return r
}

// compareTexts compares by bytes, with null before every value.
func compareTexts(a, b *string) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return cmp.Compare(*a, *b)
}

// want returns the ids that the read is to give.
func (r essayRead) want(essays []auth.Essay) (ids []auth.EssayID) {
	sorted := slices.Clone(essays)
	sorted = slices.DeleteFunc(sorted, func(x auth.Essay) bool { return !r.matches(x) })
	slices.SortFunc(sorted, func(a, b auth.Essay) int {
		for _, compare := range r.compare {
			if c := compare(a, b); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.ID, b.ID)
	})
	sorted = sorted[min(r.query.Offset, len(sorted)):]
	limit := r.query.Limit
	if r.call == "First" {
		limit = 1
	}
	if limit > 0 {
		sorted = sorted[:min(limit, len(sorted))]
	}
	for _, x := range sorted {
		ids = append(ids, x.ID)
	}
	return ids
}

// get returns the ids that the read gives.
func (r essayRead) get(ctx context.Context, essays auth.EssayTable) (ids []auth.EssayID, err error) {
	switch r.call {
	case "First":
		x, ok, err := essays.First(ctx, r.query)
		if ok {
			ids = append(ids, x.ID)
		}
		return ids, err
	case "Each":
		for x, err := range essays.Each(ctx, r.query) {
			if err != nil {
				return ids, err
			}
			ids = append(ids, x.ID)
		}
		return ids, nil
	}
	found, err := essays.Find(ctx, r.query)
	for _, x := range found {
		ids = append(ids, x.ID)
	}
	return ids, err
}

// TestOrderOfLongValues compares the order of long values that share their
// beginnings with the one that Go gives them (W7, W8).
func TestOrderOfLongValues(t *testing.T) {
	onEach(t, func(t *testing.T, d database) {
		e := newEnv(t, d.open(t))
		essays := e.fillEssays(700)
		rapid.Check(t, func(t *rapid.T) {
			r := anyEssayRead(t, essays)
			place := rapid.SampledFrom(places).Draw(t, "place")
			var got []auth.EssayID
			e.within(place, func(ctx context.Context, db auth.Tables) (err error) {
				got, err = r.get(ctx, db.Essay)
				return err
			})
			if want := r.want(essays); !slices.Equal(got, want) {
				at := 0
				for at < min(len(got), len(want)) && got[at] == want[at] {
					at++
				}
				t.Fatalf("%s %s, limit %d, offset %d, %s: %d ids and not %d, the first that differs is number %d", r.call, r.text, r.query.Limit, r.query.Offset, place, len(got), len(want), at)
			}
		})
	})
}

var orderCases = []testCase{
	{"W7 what is too long to sort by is an error that says so", func(t *testing.T, e *env) {
		for id, last := range map[auth.EssayID]string{"1": "c", "2": "b", "3": "a"} {
			text := strings.Repeat("h", 16_384) + last
			_, err := e.db.Essay.Create(e.ctx, auth.EssayCreate{ID: id, Slug: new("long"), Body: &text, Scan: new([]byte(text))})
			e.must(err)
		}
		_, err := e.db.Essay.Create(e.ctx, auth.EssayCreate{ID: "4", Slug: new("short"), Body: new("a")})
		e.must(err)
		cuts := e.kind() == dialect.MySQL && testdb.IsMariaDB(t)
		slug, body, scan := auth.EssayCols.Slug, auth.EssayCols.Body, auth.EssayCols.Scan
		for _, c := range []struct {
			field string
			query auth.EssayQuery
			first auth.EssayID
			fits  bool
		}{
			{"body", auth.EssayQuery{OrderBy: auth.EssayOrder{body.Desc()}}, "1", false},
			{"body", auth.EssayQuery{OrderBy: auth.EssayOrder{slug.Asc(), body.Asc()}}, "3", false},
			{"scan", auth.EssayQuery{OrderBy: auth.EssayOrder{scan.Desc()}}, "1", false},
			{"body", auth.EssayQuery{OrderBy: auth.EssayOrder{body.Desc()}, Where: slug.Gt("long")}, "4", true},
		} {
			for _, call := range []string{"Find", "First", "Each"} {
				r := essayRead{call: call, query: c.query}
				for _, db := range []*auth.DB{e.db, e.open(auth.WithSchemaCheck(auth.IgnoreDifferences))} {
					ids, err := r.get(e.ctx, db.Essay)
					if cuts && !c.fits {
						e.unsorted(err, c.field)
					} else if err != nil || ids[0] != c.first {
						t.Errorf("%s by %s: %v (%v), want %s first", call, c.field, ids, err, c.first)
					}
				}
			}
		}
		e.seen.take()
		bySlug := auth.EssayQuery{OrderBy: auth.EssayOrder{slug.Asc()}}
		for _, db := range []*auth.DB{e.db, e.open(auth.WithSchemaCheck(auth.IgnoreDifferences))} {
			_, err := db.Essay.Find(e.ctx, bySlug)
			e.must(err)
		}
		for _, s := range e.seen.take() {
			if strings.Contains(s.SQL, "CHAR_LENGTH") {
				t.Errorf("the sort of short values looks at their lengths: %s", s.SQL)
			}
		}
	}},
	{"W7 the column decides what is too long to sort by, not the field", func(t *testing.T, e *env) {
		if e.kind() != dialect.MySQL || !testdb.IsMariaDB(t) {
			t.Skip("the database sorts by all of a value")
		}
		e.exec("ALTER TABLE essay MODIFY title longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")
		for id, last := range map[string]string{"1": "b", "2": "a"} {
			e.exec("INSERT INTO essay (id, title, body) VALUES (?, ?, 'short')", id, strings.Repeat("h", 16_384)+last)
		}
		_, _, err := e.open().Essay.First(e.ctx, auth.EssayQuery{OrderBy: auth.EssayOrder{auth.EssayCols.Title.Asc()}})
		e.unsorted(err, "title")
	}},
}

// unsorted fails the test unless err says that the field holds what is too long to
// sort by.
func (e *env) unsorted(err error, field string) {
	e.Helper()
	if failed := (*auth.StatementError)(nil); !errors.As(err, &failed) || failed.Table != "essay" || !strings.Contains(err.Error(), "in "+field+",") {
		e.Errorf("sorting by %s: %v", field, err)
	}
}

// TestSortsOfLittleMemory holds that a session has the memory that the sort of a
// long text takes, or that the error says what it lacks.
func TestSortsOfLittleMemory(t *testing.T) {
	const little = "sort_buffer_size=32768"
	dsn := testdb.MySQL(t)
	e := newEnv(t, closing(t, mysql.Open(dsn+"?"+little)))
	e.fillEssays(40)
	text := auth.EssayQuery{OrderBy: auth.EssayOrder{auth.EssayCols.Body.Asc(), auth.EssayCols.Scan.Desc()}}
	if found, err := e.db.Essay.Find(e.ctx, text); err != nil || len(found) != 40 {
		t.Errorf("%d essays are found: %v", len(found), err)
	}
	other, err := auth.Open(e.ctx, closing(t, mysql.New(pool(t, "mysql", dsn+mysqlParams+"&"+little))), auth.NoTriggers{})
	e.must(err)
	if _, err := other.Essay.Find(e.ctx, text); err == nil || !strings.Contains(err.Error(), "sort_buffer_size") {
		t.Errorf("a sort without memory: %v", err)
	}
}
