package conformance

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// instantCases are about the times that other programs store.
var instantCases = []testCase{
	{"W11 a value of another form is no time, and neither matched nor deleted", func(t *testing.T, e *env) {
		if e.kind() != dialect.SQLite {
			t.Skip("other databases have a type for times")
		}
		day, now := 24*time.Hour, e.now
		for i, stored := range []any{
			now.Add(day).UnixMilli(), now.Add(-day).UnixMilli(), "2020-01-01 00:00:00", "2020-01-01", "2090-01-01T00:00:00Z", "2090-01-01T00:00:00.123456Z",
			"2090-01-01T00:00:00.000+02:00", "", "soon", 3.5, []byte("2090-01-01T00:00:00.000Z"),
		} {
			e.exec(`INSERT INTO sample (id, seen) VALUES (?, NULL)`, fmt.Sprintf("x%02d", i))
			e.exec(`UPDATE sample SET seen = ? WHERE id = ?`, stored, fmt.Sprintf("x%02d", i))
		}
		s := auth.SampleCols
		for name, p := range map[string]auth.Predicate[auth.Sample]{
			"Lt": s.Seen.Lt(now), "Lte": s.Seen.Lte(now), "Gt": s.Seen.Gt(now), "Gte": s.Seen.Gte(now), "Ne": s.Seen.Ne(now.Truncate(time.Millisecond)),
			"NotIn": s.Seen.NotIn(now.Truncate(time.Millisecond)), "Not Lt": auth.Not(s.Seen.Lt(now)), "Not Gt": auth.Not(s.Seen.Gt(now)),
			"Not of Or": auth.Not(auth.Or(s.Seen.Gt(now), s.Label.Eq("a"))), "Not of Not": auth.Not(auth.Not(s.Seen.Lt(now))),
		} {
			if n, err := e.db.Sample.Count(e.ctx, p); err != nil || n != 0 {
				t.Errorf("%s: %d rows (%v)", name, n, err)
			}
			n, err := e.db.Sample.DeleteMany(e.ctx, auth.And(p, s.Seen.NotNull()))
			if err != nil || n != 0 {
				t.Errorf("%s: %d rows deleted (%v)", name, n, err)
			}
		}
		for i := range 10 {
			if _, err := e.db.Sample.Get(e.ctx, auth.SampleID(fmt.Sprintf("x%02d", i))); err == nil {
				t.Errorf("row %d is read", i)
			}
		}
	}},
	{"W11 times: integer reads integers, and compares with them", func(t *testing.T, e *env) {
		if e.kind() != dialect.SQLite {
			t.Skip("other databases have a type for times")
		}
		e.exec(`INSERT INTO lease (id, owner, "startsAt", "endsAt", "updatedAt") VALUES ('l', 'ada', 5, '2020-01-01T00:00:00.000Z', 0)`)
		l := auth.LeaseCols
		for name, p := range map[string]auth.Predicate[auth.Lease]{"Gt": l.EndsAt.Gt(e.now), "Lt": l.EndsAt.Lt(e.now), "Not Gt": auth.Not(l.EndsAt.Gt(e.now)), "Not Lt": auth.Not(l.EndsAt.Lt(e.now))} {
			if _, ok, err := e.db.Lease.ConsumeOne(e.ctx, p); ok || err != nil {
				t.Errorf("%s: consumed %v (%v)", name, ok, err)
			}
		}
		if _, err := e.db.Lease.Get(e.ctx, "l"); err == nil {
			t.Error("text is read as integer milliseconds")
		}
	}},
	{"W11 a finder compares times as a predicate does", func(t *testing.T, e *env) {
		e.microseconds("lease", "startsAt")
		start := e.now.Truncate(time.Millisecond)
		l, err := e.db.Lease.Create(e.ctx, auth.LeaseCreate{Owner: "ada", StartsAt: start})
		e.must(err)
		if e.kind() != dialect.SQLite {
			e.exec(`UPDATE lease SET "startsAt" = ?`, start.Add(123*time.Microsecond))
		}
		got, err := e.db.Lease.GetByStartsAt(e.ctx, start)
		e.must(err)
		if got.ID != l.ID || !got.StartsAt.Equal(start) {
			t.Errorf("got %+v", got)
		}
		_, err = e.db.Lease.GetByStartsAt(e.ctx, start.Add(time.Microsecond))
		e.is(err, auth.ErrNotFound)
	}},
}

// microseconds makes a column one of microseconds, where the database has such,
// and opens the database anew.
func (e *env) microseconds(table, column string) {
	e.Helper()
	switch e.kind() {
	case dialect.Postgres:
		e.exec(fmt.Sprintf(`ALTER TABLE "%s" ALTER COLUMN "%s" TYPE timestamptz`, table, column))
	case dialect.MySQL:
		e.exec(fmt.Sprintf(`ALTER TABLE "%s" MODIFY "%s" datetime(6)`, table, column))
	}
	e.db = e.open()
}

// A comparison of times, and what it means for the time of a document.
type timeComparison struct {
	predicate auth.Predicate[auth.Sample]
	holds     func(time.Time) bool
	text      string
}

// anyTimeComparison draws one with values near start, of any fineness.
func anyTimeComparison(t *rapid.T, start time.Time) timeComparison {
	value := func(name string) time.Time {
		v := start.Add(time.Duration(rapid.IntRange(-1, 12).Draw(t, name)) * time.Millisecond)
		return v.Add(rapid.SampledFrom([]time.Duration{0, 0, 0, 1, 999_999, 500 * time.Microsecond}).Draw(t, name+" and"))
	}
	v, c := value("value"), auth.SampleCols.Seen
	w := []time.Time{v, value("second"), value("third")}
	among := func(at time.Time) bool { return slices.ContainsFunc(w, at.Equal) }
	all := map[string]timeComparison{
		"eq": {c.Eq(v), v.Equal, ""}, "ne": {c.Ne(v), func(at time.Time) bool { return !at.Equal(v) }, ""},
		"lt": {c.Lt(v), func(at time.Time) bool { return at.Before(v) }, ""}, "lte": {c.Lte(v), func(at time.Time) bool { return !at.After(v) }, ""},
		"gt": {c.Gt(v), func(at time.Time) bool { return at.After(v) }, ""}, "gte": {c.Gte(v), func(at time.Time) bool { return !at.Before(v) }, ""},
		"in": {c.In(w...), among, ""}, "notIn": {c.NotIn(w...), func(at time.Time) bool { return !among(at) }, ""},
	}
	kind := rapid.SampledFrom([]string{"eq", "ne", "lt", "lte", "gt", "gte", "in", "notIn"}).Draw(t, "kind")
	drawn := all[kind]
	drawn.text = fmt.Sprintf("%s %v", kind, w)
	if rapid.Bool().Draw(t, "not") {
		holds := drawn.holds
		drawn.predicate, drawn.holds, drawn.text = auth.Not(drawn.predicate), func(at time.Time) bool { return !holds(at) }, "not "+drawn.text
	}
	return drawn
}

// TestTimesCompareAsTheyRead compares what conditions on times match with what
// they mean for the documents that are read, on a column of milliseconds and on
// one of microseconds.
func TestTimesCompareAsTheyRead(t *testing.T) {
	onEach(t, func(t *testing.T, d database) {
		for _, micros := range []bool{false, true} {
			e := newEnv(t, d.open(t))
			if micros {
				e.microseconds("sample", "seen")
			}
			start := time.Date(2024, 5, 6, 7, 8, 9, 120_000_000, time.UTC)
			e.moments(start, 60)
			rows, err := e.db.Sample.Find(e.ctx, auth.SampleQuery{})
			e.must(err)
			rapid.Check(t, func(t *rapid.T) {
				c := anyTimeComparison(t, start)
				var want []string
				for _, r := range rows {
					if r.Seen != nil && c.holds(*r.Seen) {
						want = append(want, string(r.ID))
					}
				}
				if got := e.idsOf(c.predicate); !slices.Equal(got, want) {
					t.Fatalf("microseconds %v, %s: %v, want %v", micros, c.text, got, want)
				}
			})
			for _, by := range []auth.SampleOrder{{auth.SampleCols.Seen.Asc()}, {auth.SampleCols.Seen.Desc(), auth.SampleCols.Size.Desc()}} {
				e.sortsAsItReads(by, rows)
			}
		}
	})
}

// moments stores n samples whose times are a few to each millisecond, as fine as
// the column holds them, and some without.
func (e *env) moments(start time.Time, n int) {
	e.Helper()
	for i := range n {
		at := any(start.Add(time.Duration(i*7919%n) * 170 * time.Microsecond))
		if e.kind() == dialect.SQLite {
			at = at.(time.Time).Format(authgen.TimeLayout)
		}
		if i%10 == 0 {
			at = nil
		}
		e.exec(`INSERT INTO sample (id, size, seen) VALUES (?, ?, ?)`, fmt.Sprintf("m%03d", i), i%3, at)
	}
}

// idsOf returns the ids of what a predicate finds, in their order.
func (e *env) idsOf(p auth.Predicate[auth.Sample]) (ids []string) {
	e.Helper()
	rows, err := e.db.Sample.Find(e.ctx, auth.SampleQuery{Where: p})
	e.must(err)
	for _, r := range rows {
		ids = append(ids, string(r.ID))
	}
	return ids
}

// sortsAsItReads holds Find, First and Each to an order of the documents: by
// time, then by size, largest first, or by id.
func (e *env) sortsAsItReads(by auth.SampleOrder, rows []auth.Sample) {
	e.Helper()
	want := slices.Clone(rows)
	slices.SortFunc(want, func(a, b auth.Sample) int {
		when := func(s auth.Sample) int64 {
			if s.Seen == nil {
				return 0
			}
			return s.Seen.UnixMilli()
		}
		if len(by) == 1 {
			return cmp.Or(cmp.Compare(when(a), when(b)), cmp.Compare(a.ID, b.ID))
		}
		return cmp.Or(cmp.Compare(when(b), when(a)), cmp.Compare(*b.Size, *a.Size), cmp.Compare(a.ID, b.ID))
	})
	got, err := e.db.Sample.Find(e.ctx, auth.SampleQuery{OrderBy: by})
	e.must(err)
	first, _, err := e.db.Sample.First(e.ctx, auth.SampleQuery{OrderBy: by, Offset: 7})
	e.must(err)
	var each []auth.SampleID
	e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
		for s, err := range tx.Sample.Each(ctx, auth.SampleQuery{OrderBy: by}) {
			if err != nil {
				return err
			}
			each = append(each, s.ID)
		}
		return nil
	}))
	if first.ID != want[7].ID {
		e.Errorf("%v: the eighth is %s, want %s", by, first.ID, want[7].ID)
	}
	for i := range want {
		if got[i].ID != want[i].ID || each[i] != want[i].ID {
			e.Fatalf("%v: row %d is %s and %s, want %s", by, i, got[i].ID, each[i], want[i].ID)
		}
	}
}
