package conformance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// foreign makes the table of samples one as other programs have it: text that
// does not compare by its bytes, numbers of less and times of more digits.
func (e *env) foreign() {
	e.Helper()
	definition := ""
	if e.kind() == dialect.SQLite {
		e.must(e.raw.Pool.QueryRowContext(e.ctx, `SELECT sql FROM sqlite_master WHERE name = 'sample'`).Scan(&definition))
		definition = strings.NewReplacer("`label` TEXT", "`label` TEXT COLLATE NOCASE", "`weight` REAL", "`weight` NUMERIC").Replace(definition)
	}
	for _, statement := range by(e,
		[]string{`DROP TABLE sample`, definition},
		[]string{
			`CREATE COLLATION IF NOT EXISTS folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`,
			`ALTER TABLE sample ALTER label TYPE text COLLATE folded, ALTER weight TYPE real, ALTER seen TYPE timestamptz`,
		},
		[]string{`ALTER TABLE sample MODIFY label text CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, MODIFY weight float, MODIFY seen datetime(6)`},
	) {
		e.exec(statement)
	}
}

// fill stores n samples past the adapter, with nulls and values that several of
// them share or nearly share.
func (e *env) fill(n int) {
	e.Helper()
	tx, err := e.raw.Pool.BeginTx(e.ctx, nil)
	e.must(err)
	defer func() { _ = tx.Rollback() }()
	insert, err := tx.PrepareContext(e.ctx, e.sql(`INSERT INTO sample (id, label, size, weight, seen) VALUES (?, ?, ?, ?, ?)`))
	e.must(err)
	head, labels := strings.Repeat("h", 240), []string{"", "a", "A", "ab", "a%", "é", "É", "ab ", "Ab", "\U0001F600"}
	for i := range n {
		k := i * 7919 % n // so that no order of values is that of the ids
		values := []any{fmt.Sprintf("s%05d", i), labels[k%len(labels)], k % 7, float64(k) / 10, e.instant(time.Duration(k) * 7 * time.Microsecond)}
		if k%5 > 2 {
			values[1] = fmt.Sprintf("%s%05d", head, k)
		}
		if i%9 == 0 {
			values[1+i%4] = nil
		}
		_, err = insert.ExecContext(e.ctx, values...)
		e.must(err)
	}
	e.must(tx.Commit())
}

// instant returns a time as another program stores it, as fine as the column
// may hold it.
func (e *env) instant(after time.Duration) any {
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Add(after)
	if e.kind() == dialect.SQLite {
		return at.Format(authgen.TimeLayout)
	}
	return at
}

// sampleOrders are terms to sort samples by.
var sampleOrders = map[string]authgen.Order[*auth.Sample]{
	"id": auth.SampleCols.ID.Asc(), "id desc": auth.SampleCols.ID.Desc(),
	"label": auth.SampleCols.Label.Asc(), "label desc": auth.SampleCols.Label.Desc(),
	"size": auth.SampleCols.Size.Asc(), "size desc": auth.SampleCols.Size.Desc(),
	"weight": auth.SampleCols.Weight.Asc(), "weight desc": auth.SampleCols.Weight.Desc(),
	"seen": auth.SampleCols.Seen.Asc(), "seen desc": auth.SampleCols.Seen.Desc(),
}

// anySampleQuery draws what to read of samples, and in which order.
func anySampleQuery(t *rapid.T) auth.SampleQuery {
	names := make([]string, 0, len(sampleOrders))
	for name := range sampleOrders {
		names = append(names, name)
	}
	slices.Sort(names)
	q := auth.SampleQuery{Offset: rapid.SampledFrom([]int{0, 0, 3}).Draw(t, "offset"), Limit: rapid.SampledFrom([]int{0, 0, 500, 1100}).Draw(t, "limit")}
	for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 0, 3).Draw(t, "order") {
		q.OrderBy = append(q.OrderBy, sampleOrders[name])
	}
	if rapid.Bool().Draw(t, "condition") {
		q.Where = auth.SampleCols.Size.Ne(3)
	}
	return q
}

// TestEachIsFind compares Each with Find for any order, in and outside of units,
// on a table of another program's.
func TestEachIsFind(t *testing.T) {
	onEach(t, func(t *testing.T, d database) {
		if d.another {
			t.Skip("another way to a database reads what is the same")
		}
		e := newEnv(t, d.open(t))
		e.foreign()
		e.fill(1200)
		rapid.Check(t, func(t *rapid.T) {
			q := anySampleQuery(t)
			found, err := e.db.Sample.Find(e.ctx, q)
			e.must(err)
			ids := e.each(q, rapid.SampledFrom(places).Draw(t, "place"))
			if !slices.EqualFunc(ids, found, func(id auth.SampleID, s auth.Sample) bool { return id == s.ID }) {
				once := slices.Compact(slices.Sorted(slices.Values(ids)))
				t.Fatalf("Find gives %d rows; Each %d, of which %d differ", len(found), len(ids), len(once))
			}
		})
	})
}

// each returns the ids that Each gives, in the place given.
func (e *env) each(q auth.SampleQuery, place string) (ids []auth.SampleID) {
	e.Helper()
	e.within(place, func(ctx context.Context, db auth.Tables) error {
		for s, err := range db.Sample.Each(ctx, q) {
			if err != nil {
				return err
			}
			ids = append(ids, s.ID)
		}
		return nil
	})
	return ids
}

// places are where rows are read: by the db, or the one connection of its pool, or
// in a unit.
var places = []string{"alone", "single", "writing", "read-only", "lazy"}

// within calls read in one of the places.
func (e *env) within(place string, read func(context.Context, auth.Tables) error) {
	e.Helper()
	unit := func(options ...auth.TxOption) error {
		return e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error { return read(ctx, tx.Tables) }, options...)
	}
	switch place {
	case "single":
		e.raw.Pool.SetMaxOpenConns(1)
		defer e.raw.Pool.SetMaxOpenConns(0)
		e.must(read(e.ctx, e.db.Tables))
	case "writing":
		e.must(unit())
	case "read-only":
		e.must(unit(auth.ReadOnly))
	case "lazy":
		e.must(unit(auth.LazyWrite))
	default:
		e.must(read(e.ctx, e.db.Tables))
	}
}
