package conformance

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// This is what predicates mean, written in Go without regard to how they become
// SQL. Values that no row can hold are among those that they compare with.

// A truth is SQL's: true, false or, with null in it, unknown.
type truth int

const (
	no truth = iota
	unknown
	yes
)

func known(v bool) truth {
	if v {
		return yes
	}
	return no
}

// A term is a predicate, and what it means for a row.
type term struct {
	predicate auth.Predicate[auth.Sample]
	of        func(auth.Sample) truth
	text      string
}

// not is what Not makes of a term.
func (a term) not() term {
	return term{auth.Not(a.predicate), func(s auth.Sample) truth { return yes - a.of(s) }, "not(" + a.text + ")"}
}

type (
	where = auth.Predicate[auth.Sample]

	equality[V any] interface {
		Eq(V) where
		Ne(V) where
		In(...V) where
		NotIn(...V) where
		IsNull() where
		NotNull() where
	}
	order[V any] interface {
		Lt(V) where
		Lte(V) where
		Gt(V) where
		Gte(V) where
	}
	search[V any] interface {
		Contains(V) where
		StartsWith(V) where
		EndsWith(V) where
		EqFold(V) where
		NeFold(V) where
		InFold(...V) where
		NotInFold(...V) where
		ContainsFold(V) where
		StartsWithFold(V) where
		EndsWithFold(V) where
	}
)

// A modelled column has terms.
type modelled interface {
	all() []term            // with each of its values
	draw(t *rapid.T) []term // with values that are drawn
	long() []term           // with lists that are longer than a statement takes
	fill(in *auth.SampleCreate, i int) bool
}

// A column is a column of the samples, with values to compare it with.
type column[V any] struct {
	name     string
	of       any // the column itself
	get      func(auth.Sample) *V
	set      func(*auth.SampleCreate, *V) // nil: it is set already
	values   []V
	storable func(V) bool             // whether a row can hold it
	compare  func(a, b V) (int, bool) // the order, and whether there is one
}

func (c column[V]) all() (terms []term) {
	for i, v := range c.values {
		terms = append(terms, c.terms(v, c.values[:i])...)
	}
	return terms
}

func (c column[V]) draw(t *rapid.T) []term {
	value := rapid.SampledFrom(c.values)
	return c.terms(value.Draw(t, c.name), rapid.SliceOfN(value, 0, 4).Draw(t, "list"))
}

func (c column[V]) long() []term {
	half := c.values[:(len(c.values)+1)/2]
	return c.terms(half[0], slices.Repeat(half, 70_000/len(half)+1))[2:4]
}

// terms returns a term for each operator, with one value or with a list.
func (c column[V]) terms(v V, list []V) []term {
	equal := func(row, v V) bool {
		n, ok := c.compare(row, v)
		return ok && n == 0 && c.storable(v)
	}
	among := func(row V) bool { return slices.ContainsFunc(list, func(v V) bool { return equal(row, v) }) }
	is := c.of.(equality[V])
	terms := []term{
		c.term("eq", v, is.Eq(v), func(row V) bool { return equal(row, v) }),
		c.term("ne", v, is.Ne(v), func(row V) bool { return !equal(row, v) }),
		c.listed("in", list, is.In(list...), no, among),
		c.listed("not in", list, is.NotIn(list...), yes, func(row V) bool { return !among(row) }),
		{is.IsNull(), func(s auth.Sample) truth { return known(c.get(s) == nil) }, c.name + " is null"},
		{is.NotNull(), func(s auth.Sample) truth { return known(c.get(s) != nil) }, c.name + " is not null"},
	}
	if by, ok := c.of.(order[V]); ok {
		less := func(row V) bool { n, ok := c.compare(row, v); return ok && n < 0 }
		greater := func(row V) bool { n, ok := c.compare(row, v); return ok && n > 0 }
		terms = append(terms,
			c.term("lt", v, by.Lt(v), less), c.term("gt", v, by.Gt(v), greater),
			c.term("lte", v, by.Lte(v), func(row V) bool { return less(row) || equal(row, v) }),
			c.term("gte", v, by.Gte(v), func(row V) bool { return greater(row) || equal(row, v) }))
	}
	if in, ok := c.of.(search[V]); ok {
		terms = append(terms, c.searches(in, v, list)...)
	}
	return terms
}

// searches returns the terms of a column of text.
func (c column[V]) searches(in search[V], v V, list []V) []term {
	text := func(v V) string { return any(v).(string) }
	fold := func(v V) string {
		return strings.Map(func(r rune) rune {
			if r < utf8.RuneSelf {
				return []rune(strings.ToLower(string(r)))[0]
			}
			return r
		}, text(v))
	}
	found := func(how func(s, part string) bool, as func(V) string) func(V) bool {
		return func(row V) bool { return c.storable(v) && how(as(row), as(v)) }
	}
	same := func(a, b string) bool { return a == b }
	among := func(row V) bool {
		return slices.ContainsFunc(list, func(v V) bool { return c.storable(v) && fold(row) == fold(v) })
	}
	return []term{
		c.term("contains", v, in.Contains(v), found(strings.Contains, text)),
		c.term("starts with", v, in.StartsWith(v), found(strings.HasPrefix, text)),
		c.term("ends with", v, in.EndsWith(v), found(strings.HasSuffix, text)),
		c.term("eq fold", v, in.EqFold(v), found(same, fold)),
		c.term("ne fold", v, in.NeFold(v), func(row V) bool { return !found(same, fold)(row) }),
		c.term("contains fold", v, in.ContainsFold(v), found(strings.Contains, fold)),
		c.term("starts with fold", v, in.StartsWithFold(v), found(strings.HasPrefix, fold)),
		c.term("ends with fold", v, in.EndsWithFold(v), found(strings.HasSuffix, fold)),
		c.listed("in fold", list, in.InFold(list...), no, among),
		c.listed("not in fold", list, in.NotInFold(list...), yes, func(row V) bool { return !among(row) }),
	}
}

// term returns the term of a comparison with one value, which null makes unknown.
func (c column[V]) term(op string, v V, p where, holds func(V) bool) term {
	return term{p, c.unlessNull(holds), fmt.Sprintf("%s %s %#v", c.name, op, v)}
}

// listed is term for a list; of an empty one the answer is the same for every row.
func (c column[V]) listed(op string, list []V, p where, empty truth, holds func(V) bool) term {
	of := c.unlessNull(holds)
	if len(list) == 0 {
		of = func(auth.Sample) truth { return empty }
	}
	return term{p, of, fmt.Sprintf("%s %s %#v", c.name, op, list)}
}

func (c column[V]) unlessNull(holds func(V) bool) func(auth.Sample) truth {
	return func(s auth.Sample) truth {
		v := c.get(s)
		if v == nil {
			return unknown
		}
		return known(holds(*v))
	}
}

func isText(v string) bool { return utf8.ValidString(v) && !strings.Contains(v, "\x00") }

func always[V any](V) bool { return true }

// inOrder compares as Go does.
func inOrder[V cmp.Ordered](a, b V) (int, bool) { return cmp.Compare(a, b), a == a && b == b }

// texts share parts, with what LIKE would take for special, and are at the edges of
// what UTF-8 encodes.
var texts = []string{
	"", "a", "A", "ab", "a%", "a_b", "b%", `\`, "%", "é", "É", "ab ", "Ab", "k", "\u212a", "a\x01",
	"\ud7ff", "\ue000", "a\ufffd", "\U0010ffff", "a\U0010ffff",
}

// words are texts, and values that are not texts.
var words = slices.Concat(texts, []string{
	"\x00", "a\x00b", "\xff", "a\xff", "\xc3", "a\xe2\x82", "\xed\xa0\x80", "\U0010ffff\xff", "\U0010ffff\x00",
})

func date(year int) time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }

// modelledColumns are the columns of the samples, by every type that compares.
var modelledColumns = []modelled{
	column[string]{"label", &auth.SampleCols.Label, func(s auth.Sample) *string { return s.Label }, func(in *auth.SampleCreate, v *string) { in.Label = v }, words, isText, inOrder[string]},
	column[string]{"long", &auth.SampleCols.Long, func(s auth.Sample) *string { return s.Long }, func(in *auth.SampleCreate, v *string) { in.Long = v }, []string{"", "a", "AbÉ", "a_%", "a\x00", "\xff"}, isText, inOrder[string]},
	column[auth.SampleID]{
		"id", &auth.SampleCols.ID, func(s auth.Sample) *auth.SampleID { return &s.ID }, nil,
		[]auth.SampleID{"", "3", "3 ", "x\x00", "\xff", "a\xff"}, func(v auth.SampleID) bool { return isText(string(v)) }, inOrder[auth.SampleID],
	},
	column[auth.Secret]{
		"code", &auth.SampleCols.Code, func(s auth.Sample) *auth.Secret { return s.Code }, func(in *auth.SampleCreate, v *auth.Secret) { in.Code = v },
		[]auth.Secret{auth.NewSecret(""), auth.NewSecret("a"), auth.NewSecret("A"), auth.NewSecret("a\x00b"), auth.NewSecret("\xff"), auth.NewSecret("\ufffd")},
		func(v auth.Secret) bool { return isText(v.Reveal()) },
		func(a, b auth.Secret) (int, bool) { return inOrder(a.Reveal(), b.Reveal()) },
	},
	column[int]{
		"size", &auth.SampleCols.Size, func(s auth.Sample) *int { return s.Size }, func(in *auth.SampleCreate, v *int) { in.Size = v },
		[]int{0, 1, -1, math.MinInt32, math.MaxInt32, math.MinInt32 - 1, math.MaxInt32 + 1, 1 << 40, math.MinInt, math.MaxInt},
		func(v int) bool { return v == int(int32(v)) }, inOrder[int],
	},
	column[int64]{
		"big", &auth.SampleCols.Big, func(s auth.Sample) *int64 { return s.Big }, func(in *auth.SampleCreate, v *int64) { in.Big = v },
		[]int64{0, 1, -1, 1 << 53, 1<<53 + 1, math.MinInt64, math.MaxInt64}, always[int64], inOrder[int64],
	},
	column[float64]{
		"weight", &auth.SampleCols.Weight, func(s auth.Sample) *float64 { return s.Weight }, func(in *auth.SampleCreate, v *float64) { in.Weight = v },
		[]float64{0, math.Copysign(0, -1), 0.1, 1.5, -1.5, math.MaxFloat64, -math.MaxFloat64, 0x1p-1022, math.Inf(1), math.Inf(-1), math.NaN()},
		func(v float64) bool { return !math.IsInf(v, 0) && !math.IsNaN(v) }, inOrder[float64],
	},
	column[time.Time]{
		"seen", &auth.SampleCols.Seen, func(s auth.Sample) *time.Time { return s.Seen }, func(in *auth.SampleCreate, v *time.Time) { in.Seen = v },
		[]time.Time{
			date(0), date(2), date(2026), date(10_000).Add(-time.Millisecond), date(-1), date(0).Add(-time.Millisecond), date(10_000), date(300_000),
			time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -5*3600)), time.Unix(1<<62, 0), time.Unix(-1<<62, 0),
		},
		func(v time.Time) bool { return v.UTC().Year() >= 0 && v.UTC().Year() <= 9999 },
		func(a, b time.Time) (int, bool) { return a.Compare(b), true },
	},
	column[bool]{
		"flag", &auth.SampleCols.Flag, func(s auth.Sample) *bool { return s.Flag }, func(in *auth.SampleCreate, v *bool) { in.Flag = v }, []bool{true, false}, always[bool],
		func(a, b bool) (int, bool) { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)), true },
	},
	column[[]byte]{
		"raw", &auth.SampleCols.Raw, func(s auth.Sample) *[]byte { return s.Raw }, func(in *auth.SampleCreate, v *[]byte) { in.Raw = v }, [][]byte{nil, {}, {0}, {255}, []byte("a"), []byte("A")}, always[[]byte],
		func(a, b []byte) (int, bool) { return bytes.Compare(a, b), true },
	},
}

// modelRows stores samples that hold each value of each column that a row can
// hold, and one of nulls.
func (e *env) modelRows() []auth.Sample {
	e.Helper()
	var rows []auth.Sample
	for i, some := 0, true; some; i++ {
		in := auth.SampleCreate{ID: auth.Set(auth.SampleID(fmt.Sprint(i)))}
		some = false
		for _, c := range modelledColumns {
			some = c.fill(&in, i) || some
		}
		row, err := e.db.Sample.Create(e.ctx, in)
		e.must(err)
		rows = append(rows, row)
	}
	return rows
}

// fill sets the column to the i-th value that a row can hold, and reports whether
// there is one.
func (c column[V]) fill(in *auth.SampleCreate, i int) bool {
	var held []V
	for _, v := range c.values {
		if c.storable(v) {
			held = append(held, v)
		}
	}
	if c.set == nil || i >= len(held) {
		return false
	}
	c.set(in, &held[i])
	return true
}
