package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/runtime"
)

// disagrees says how what a predicate finds differs from what it means for rows,
// which are all there are.
func (e *env) disagrees(p term, rows []auth.Sample) string {
	var want, got []auth.SampleID
	for _, s := range rows {
		if p.of(s) == yes {
			want = append(want, s.ID)
		}
	}
	found, err := e.db.Sample.Find(e.ctx, auth.SampleQuery{Where: p.predicate})
	if err != nil {
		return fmt.Sprintf("%s: %v", p.text, err)
	}
	for _, s := range found {
		got = append(got, s.ID)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		return fmt.Sprintf("%s finds %v, means %v", p.text, got, want)
	}
	return ""
}

// valueCases are about values at the edges of what a field holds, and past them.
var valueCases = []testCase{
	{"W9 the zero time, which no row holds, has its place among the others", func(t *testing.T, e *env) {
		u := e.user("ada")
		for i, at := range []time.Time{time.Date(0, 6, 1, 0, 0, 0, 0, time.UTC), e.now} {
			_, err := e.db.Session.Create(e.ctx, auth.SessionCreate{Token: auth.NewSecret(fmt.Sprint(i)), UserID: u.ID, ExpiresAt: at})
			e.must(err)
		}
		col := auth.SessionCols.ExpiresAt
		for name, c := range map[string]struct {
			where auth.Predicate[auth.Session]
			want  int
		}{
			"Eq": {col.Eq(time.Time{}), 0}, "Ne": {col.Ne(time.Time{}), 2}, "Lt": {col.Lt(time.Time{}), 1}, "Lte": {col.Lte(time.Time{}), 1},
			"Gt": {col.Gt(time.Time{}), 1}, "Gte": {col.Gte(time.Time{}), 1}, "In": {col.In(time.Time{}, e.now.Truncate(time.Millisecond)), 1}, "NotIn": {col.NotIn(time.Time{}, e.now.Truncate(time.Millisecond)), 1},
		} {
			if n, err := e.db.Session.Count(e.ctx, c.where); err != nil || n != c.want {
				t.Errorf("%s finds %d (%v), want %d", name, n, err, c.want)
			}
		}
	}},
	{"W9 every operator on every type means what it says, also of values that no row can hold", func(t *testing.T, e *env) {
		rows := e.modelRows()
		for _, c := range modelledColumns {
			for _, p := range c.all() {
				for _, p := range []term{p, p.not()} {
					if complaint := e.disagrees(p, rows); complaint != "" {
						t.Error(complaint)
					}
				}
			}
		}
	}}, {"W9 what no row can hold is not found, and nothing is sent", func(t *testing.T, e *env) {
		u := e.user("ada")
		_, err := e.db.Counter.Create(e.ctx, auth.CounterCreate{Label: "c"})
		e.must(err)
		for _, bad := range []string{"a\x00b", "\xff", "\xed\xa0\x80"} {
			e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				e.seen.take()
				for name, err := range map[string]error{
					"Get":             second(tx.User.Get(ctx, auth.UserID(bad))),
					"GetBy, unique":   second(tx.User.GetByEmail(ctx, bad)),
					"GetBy, null":     second(tx.User.GetByNick(ctx, bad)),
					"GetBy, secret":   second(tx.Session.GetByToken(ctx, auth.NewSecret(bad))),
					"GetBy, index":    second(tx.Member.GetByUserIDAndOrganizationID(ctx, u.ID, auth.OrganizationID(bad))),
					"GetBy, time":     second(tx.Lease.GetByStartsAt(ctx, date(300_000))),
					"Update":          second(tx.User.Update(ctx, auth.UserID(bad), auth.UserPatch{Name: auth.Set("x")})),
					"Update, plain":   second(tx.Session.Update(ctx, auth.SessionID(bad), auth.SessionPatch{UserID: auth.Set(u.ID)})),
					"Update, on":      second(tx.Lease.Update(ctx, auth.LeaseID(bad), auth.LeasePatch{Owner: auth.Set("x")})),
					"Update, empty":   second(tx.User.Update(ctx, auth.UserID(bad), auth.UserPatch{})),
					"Delete":          tx.User.Delete(ctx, auth.UserID(bad)),
					"Delete, plain":   tx.Session.Delete(ctx, auth.SessionID(bad)),
					"DeleteReturning": second(tx.Session.DeleteReturning(ctx, auth.SessionID(bad))),
				} {
					if !errors.Is(err, auth.ErrNotFound) {
						t.Errorf("%s of %q: %v", name, bad, err)
					}
				}
				where := auth.UserCols.Email.Eq(bad)
				users, err := tx.User.Find(ctx, auth.UserQuery{Where: where})
				n, err2 := tx.User.Count(ctx, auth.And(where, auth.UserCols.Name.Eq("ada")))
				exists, err3 := tx.User.Exists(ctx, auth.UserCols.Name.Contains(bad))
				updated, err4 := tx.User.UpdateMany(ctx, where, auth.UserPatch{Visits: auth.Set(1)})
				deleted, err5 := tx.User.DeleteMany(ctx, auth.Or(where, auth.UserCols.Name.In(bad)))
				_, consumed, err6 := tx.User.ConsumeOne(ctx, where)
				_, added, err7 := tx.User.IncrementOne(ctx, where, auth.UserDelta{Visits: 1}, auth.UserPatch{})
				_, taken, err8 := tx.Session.ConsumeOne(ctx, auth.SessionCols.ID.Eq(auth.SessionID(bad)))
				_, counted, err9 := tx.Counter.IncrementOne(ctx, auth.CounterCols.Hits.Gt(math.MaxInt32+1), auth.CounterDelta{Hits: 1}, auth.CounterPatch{})
				e.must(errors.Join(err, err2, err3, err4, err5, err6, err7, err8, err9))
				if len(users) > 0 || n+updated+deleted > 0 || exists || consumed || added || taken || counted {
					t.Errorf("%q: found %d, counted %d, updated %d, deleted %d", bad, len(users), n, updated, deleted)
				}
				for range tx.User.Each(ctx, auth.UserQuery{Where: where}) {
					t.Errorf("%q: Each yields a row", bad)
				}
				if sent := verbs(e.seen.take()); sent != "" {
					t.Errorf("%q: sent %s", bad, sent)
				}
				_, err = tx.User.Update(ctx, u.ID, auth.UserPatch{Name: auth.Set("goes on")})
				return err
			}))
		}
		update := []string{"user.beforeUpdate", "user.onUpdate"}
		e.fired(slices.Concat([]string{"user.beforeCreate", "user.onCreate", "counter.onCreate"}, update, update, update)...)
	}},
	{"W9 nothing sent is no way around the rules of a transaction", func(t *testing.T, e *env) {
		_, err := e.db.User.Get(cancelled(e.ctx), "\xff")
		e.is(err, context.Canceled)
		var kept *auth.Tx
		err = e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			kept = tx
			_, err := e.db.User.Get(ctx, "\xff")
			e.is(err, auth.ErrInsideTx)
			return tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
				_, first := tx.Session.Create(ctx, auth.SessionCreate{Token: auth.NewSecret("t"), UserID: "nobody", ExpiresAt: e.now})
				_, err := tx.User.Get(ctx, "\xff")
				e.is(err, auth.ErrForeignKey)
				return first
			})
		})
		e.is(err, auth.ErrForeignKey)
		_, err = kept.User.Get(e.ctx, "\xff")
		e.is(err, auth.ErrTxDone)
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			_, err := tx.User.UpdateMany(ctx, auth.UserCols.ID.Eq("\xff"), auth.UserPatch{})
			e.is(err, auth.ErrReadOnly)
			return nil
		}, auth.ReadOnly))
	}},
	{"W6 a limit or offset below zero is refused", func(t *testing.T, e *env) {
		e.users(2)
		for _, q := range []auth.UserQuery{{Limit: -1}, {Offset: -1}, {Limit: math.MinInt, Offset: math.MinInt}} {
			_, err := e.db.User.Find(e.ctx, q)
			e.is(err, auth.ErrValidation)
			_, _, err = e.db.User.First(e.ctx, q)
			e.is(err, auth.ErrValidation)
			for _, err := range e.db.User.Each(e.ctx, q) {
				e.is(err, auth.ErrValidation)
			}
		}
	}},
	{"W6 And and Or take many terms, and nest", func(t *testing.T, e *env) {
		e.samples()
		s := auth.SampleCols
		const n = 20_000
		either, both, chained := make([]where, n), make([]where, n), s.Size.Eq(3)
		for i := range n {
			either[i], both[i] = s.Size.Eq(i+5), s.Size.Ne(i+5)
			chained = auth.Or(chained, s.Size.Eq(i+6))
		}
		const few = 1_200 // for which SQLite takes a time that grows with their square
		pairs, bounds := make([]where, few), make([]where, few)
		for i := range few {
			pairs[i], bounds[i] = auth.And(s.Size.Eq(i+5), s.Flag.Eq(true)), s.Size.Gt(-i)
		}
		alternating, negated := s.Size.Eq(3), s.Size.Eq(3)
		for i := range 200 {
			alternating = auth.And(s.Size.NotNull(), auth.Or(s.Size.Eq(i+7), alternating))
		}
		for range 2_001 {
			negated = auth.Not(negated)
		}
		for _, c := range []struct {
			p    where
			want string
		}{
			{auth.Or(either...), "5 6 7"}, {auth.And(both...), "0 1 2 3 4"}, {auth.Not(auth.Or(either...)), "0 1 2 3 4"},
			{auth.Or(pairs...), "6"}, {auth.Not(auth.Or(pairs...)), "0 1 2 3 4 5 7"}, {auth.And(bounds...), "1 2 3 4 5 6 7"}, {chained, "3 6 7"}, {alternating, "3 7"}, {negated, "0 1 2 4 5 6 7"},
		} {
			if got := e.matches(c.p); got != c.want {
				t.Errorf("matches %q, want %q", got, c.want)
			}
		}
		got, ok, err := e.db.Sample.IncrementOne(e.ctx, auth.Not(auth.Or(pairs...)), auth.SampleDelta{Size: 1}, auth.SamplePatch{})
		if err != nil || !ok || got.ID != "0" {
			t.Errorf("added to %s, %v (%v)", got.ID, ok, err)
		}
		got, ok, err = e.db.Sample.ConsumeOne(e.ctx, auth.Or(pairs...))
		if err != nil || !ok || got.ID != "6" {
			t.Errorf("consumed %s, %v (%v)", got.ID, ok, err)
		}
	}},
	{"W6 what no statement takes is refused, with what to do", func(t *testing.T, e *env) {
		e.samples()
		deep, many := auth.SampleCols.Size.Eq(3), make([]where, 70_000)
		for range 1_000 {
			deep = auth.Not(auth.And(auth.SampleCols.Size.NotNull(), deep))
		}
		for i := range many {
			many[i] = auth.SampleCols.Size.Gt(i)
		}
		for _, p := range []where{deep, auth.Or(many...)} {
			e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
				_, err := tx.Sample.Find(ctx, auth.SampleQuery{Where: p})
				var refused *auth.ValidationError
				if !errors.As(err, &refused) || refused.Table != "sample" || refused.Rule != "predicate" {
					t.Errorf("error: %v", err)
				}
				_, err = tx.Sample.Find(ctx, auth.SampleQuery{}) // the transaction goes on
				return err
			}))
		}
	}},
	{"W6 a condition that is sent twice says so where its values are too many", func(t *testing.T, e *env) {
		if e.kind() == dialect.MySQL {
			t.Skip("it is sent once")
		}
		terms := make([]where, e.raw.Dialect.MaxArgs()/2+1)
		for i := range terms {
			terms[i] = auth.SampleCols.Size.Gt(i)
		}
		_, _, err := e.db.Sample.ConsumeOne(e.ctx, auth.Or(terms...))
		e.is(err, auth.ErrValidation)
		if !strings.Contains(err.Error(), "its condition is sent twice") {
			t.Errorf("error: %v", err)
		}
	}},
	{"W6 lists of any length, of every type, and several in one statement", func(t *testing.T, e *env) {
		rows := e.modelRows()
		for _, c := range modelledColumns {
			for _, p := range c.long() {
				if complaint := e.disagrees(p, rows); complaint != "" {
					t.Error(complaint[:min(len(complaint), 200)])
				}
			}
		}
		lists := make([]where, 90)
		for i := range lists {
			sizes := make([]int, 500)
			for j := range sizes {
				sizes[j] = 2 + i*len(sizes) + j
			}
			lists[i] = auth.SampleCols.Size.In(sizes...)
		}
		several := append(slices.Clone(lists), auth.SampleCols.Size.In(1))
		n, err := e.db.Sample.Count(e.ctx, auth.Or(several...))
		if err != nil || n != 1 {
			t.Errorf("of many lists: %d match (%v)", n, err)
		}
	}},
	{"W6 numbers keep all their digits in long lists", func(t *testing.T, e *env) {
		const rows, n = 300, 12_000
		random := rand.New(rand.NewPCG(1, 2))
		weights, bigs := make([]float64, n), make([]int64, n)
		for i := range n {
			for weights[i] = math.NaN(); math.IsNaN(weights[i]) || math.IsInf(weights[i], 0); {
				weights[i] = math.Float64frombits(random.Uint64())
			}
			bigs[i] = int64(random.Uint64())
		}
		e.must(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			for i := range rows {
				if _, err := tx.Sample.Create(ctx, auth.SampleCreate{Weight: &weights[i], Big: &bigs[i]}); err != nil {
					return err
				}
			}
			return nil
		}))
		for name, p := range map[string]where{"float": auth.SampleCols.Weight.In(weights...), "bigint": auth.SampleCols.Big.In(bigs...)} {
			if found, err := e.db.Sample.Count(e.ctx, p); err != nil || found != rows {
				t.Errorf("%s: %d match (%v)", name, found, err)
			}
		}
	}},
	{"O3 IncrementOne refuses a field that is set and added to, though there is no row", func(t *testing.T, e *env) {
		_, _, plain := e.db.Counter.IncrementOne(e.ctx, auth.CounterCols.Label.Eq("nobody"), auth.CounterDelta{Hits: 1}, auth.CounterPatch{Hits: auth.Set(1)})
		_, _, fired := e.db.User.IncrementOne(e.ctx, auth.UserCols.Name.Eq("nobody"), auth.UserDelta{Visits: 1}, auth.UserPatch{Visits: auth.Set(1)})
		for want, err := range map[string]error{"counter.hits: is both set and added to": plain, "user.visits: is both set and added to": fired} {
			if !errors.Is(err, auth.ErrValidation) || err.Error() != want {
				t.Errorf("error: %v, want %s", err, want)
			}
		}
	}},
	{"O3 IncrementOne refuses what is no number, and a sum that is none", func(t *testing.T, e *env) {
		u := e.user("ada")
		c, err := e.db.Counter.Create(e.ctx, auth.CounterCreate{Label: "c"})
		e.must(err)
		s, err := e.db.Sample.Create(e.ctx, auth.SampleCreate{})
		e.must(err)
		const most = math.MaxFloat64
		step := most - math.Nextafter(most, 0)
		for _, sum := range []struct{ stored, delta float64 }{
			{1, math.NaN()}, {1, math.Inf(1)}, {1, math.Inf(-1)}, {most, most}, {-most, -most},
			{most, step / 2}, {most, step}, {-most, -step}, {1e308, 1e308}, {most, 1}, {most, -most}, {0, most}, {math.Nextafter(most, 0), step}, {1.5, 0.25}, {most / 2, most / 2},
		} {
			want := sum.stored + sum.delta
			_, err := e.db.Sample.Update(e.ctx, s.ID, auth.SamplePatch{Weight: auth.Set(&sum.stored)})
			e.must(err)
			_, err = e.db.User.Update(e.ctx, u.ID, auth.UserPatch{Score: auth.Set(sum.stored)})
			e.must(err)
			plain, _, err := e.db.Sample.IncrementOne(e.ctx, auth.SampleCols.ID.Eq(s.ID), auth.SampleDelta{Weight: sum.delta}, auth.SamplePatch{})
			fired, _, err2 := e.db.User.IncrementOne(e.ctx, auth.UserCols.ID.Eq(u.ID), auth.UserDelta{Score: sum.delta}, auth.UserPatch{})
			if math.IsNaN(want) || math.IsInf(want, 0) {
				refusedFor(t, err, "sample", "weight")
				refusedFor(t, err2, "user", "score")
				want = sum.stored
				plain, err = e.db.Sample.Get(e.ctx, s.ID)
				fired, err2 = e.db.User.Get(e.ctx, u.ID)
			}
			if e.must(errors.Join(err, err2)); *plain.Weight != want || fired.Score != want {
				t.Errorf("%v + %v: stored are %v and %v", sum.stored, sum.delta, *plain.Weight, fired.Score)
			}
		}
		for _, delta := range []int{math.MaxInt32 + 1, math.MinInt32 - 1, math.MaxInt, math.MinInt} {
			_, _, err := e.db.Counter.IncrementOne(e.ctx, auth.CounterCols.ID.Eq(c.ID), auth.CounterDelta{Hits: delta}, auth.CounterPatch{})
			refusedFor(t, err, "counter", "hits")
			_, _, err = e.db.User.IncrementOne(e.ctx, auth.UserCols.ID.Eq(u.ID), auth.UserDelta{Visits: delta}, auth.UserPatch{})
			refusedFor(t, err, "user", "visits")
		}
	}},
	{"C2 JSON is one language", func(t *testing.T, e *env) {
		s, err := e.db.Sample.Create(e.ctx, auth.SampleCreate{})
		e.must(err)
		nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
		for text, ok := range map[string]bool{
			`{"a":"x"}`: true, `"\ud83d\ude00 \u00e9 \\u0000"`: true, `[1.5e308,-1e-300,0.0e308,0e-999,-0,1234567890123456789]`: true,
			`{"\u0001":{"[{":["]}"]}}`: true, nested(31): true, strings.Repeat(`{"a":`, 31) + "1" + strings.Repeat("}", 31): true, "[1" + strings.Repeat("0", 300) + "]": true, `"` + strings.Repeat("[", 50) + `"`: true,
			nested(32): false, strings.Repeat(`{"a":`, 32) + "1" + strings.Repeat("}", 32): false,
			`"x\u0000y"`: false, `{"\u0000":1}`: false, `"\ud800"`: false, `"\ud800\u0061"`: false, `"\ude00\ud83d"`: false, `"\udfff"`: false, "\"\xff\"": false,
			`1e400`: false, `0.0e999`: false, `[0E309]`: false, `[-1e1000000]`: false, `1e-400`: false, "0." + strings.Repeat("1", 2_000): false, `{"a":}`: false, ``: false,
		} {
			raw := json.RawMessage(text)
			created, err := e.db.Sample.Create(e.ctx, auth.SampleCreate{Doc: &raw})
			_, err2 := e.db.Sample.Update(e.ctx, s.ID, auth.SamplePatch{Doc: auth.Set(&raw)})
			if !ok {
				refusedFor(t, err, "sample", "doc")
				refusedFor(t, err2, "sample", "doc")
				continue
			}
			if err := errors.Join(err, err2); err != nil {
				t.Errorf("%.40s: %v", text, err)
				continue
			}
			stored, err := e.db.Sample.Get(e.ctx, created.ID)
			if err != nil || !runtime.SameJSON(*stored.Doc, raw) {
				t.Errorf("%.40s is read as %.40s (%v)", text, *stored.Doc, err)
			}
		}
		for _, word := range []string{"\xff", "a\x00"} {
			_, err := e.db.Sample.Create(e.ctx, auth.SampleCreate{Words: &[]string{"ok", word}})
			refusedFor(t, err, "sample", "words")
		}
	}},
}

// second returns the second of two results.
func second[T any](_ T, err error) error { return err }

func cancelled(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	return ctx
}

// refusedFor fails the test unless err is ErrValidation and names the field.
func refusedFor(t *testing.T, err error, table, field string) {
	t.Helper()
	var refused *auth.ValidationError
	if !errors.As(err, &refused) || refused.Table != table || refused.Field != field {
		t.Errorf("error is %v, want one of %s.%s", err, table, field)
	}
}
