package runtime

import (
	"errors"
	"math"
	"testing"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// A sum takes part in a patch, where null counts as zero.
func TestSums(t *testing.T) {
	table := Describe(dialect.Table{Key: "tally", Fields: []dialect.Field{{Key: "id"}, {Key: "n"}}})
	for _, c := range []struct {
		name string
		add  func(s *Sums) (total any)
		want any
		rule string
	}{
		{"int", func(s *Sums) any { var o authgen.Opt[int]; s.Int("n", &o, 3, 4); return o.Or(0) }, 7, ""},
		{"int of zero", func(s *Sums) any { var o authgen.Opt[int]; s.Int("n", &o, 3, 0); return o.IsSet() }, false, ""},
		{"int beyond 32 bits", func(s *Sums) any { var o authgen.Opt[int]; s.Int("n", &o, 0, math.MaxInt32+1); return nil }, nil, "type"},
		{"int that is set", func(s *Sums) any { o := authgen.Set(1); s.Int("n", &o, 3, 4); return nil }, nil, "increment"},
		{"null int", func(s *Sums) any { var o authgen.Opt[*int]; s.NullInt("n", &o, nil, 4); return *o.Or(nil) }, 4, ""},
		{"null int of a value", func(s *Sums) any { var o authgen.Opt[*int]; s.NullInt("n", &o, new(3), -4); return *o.Or(nil) }, -1, ""},
		{"null int that is set", func(s *Sums) any { o := authgen.Null[int](); s.NullInt("n", &o, nil, 4); return nil }, nil, "increment"},
		{"bigint", func(s *Sums) any { var o authgen.Opt[int64]; s.Bigint("n", &o, 1<<40, 1); return o.Or(0) }, int64(1<<40 + 1), ""},
		{"bigint beyond 64 bits", func(s *Sums) any { var o authgen.Opt[int64]; s.Bigint("n", &o, math.MaxInt64, 1); return nil }, nil, "type"},
		{"bigint below 64 bits", func(s *Sums) any { var o authgen.Opt[int64]; s.Bigint("n", &o, math.MinInt64, -1); return nil }, nil, "type"},
		{"null bigint", func(s *Sums) any {
			var o authgen.Opt[*int64]
			s.NullBigint("n", &o, new(int64(5)), 2)
			return *o.Or(nil)
		}, int64(7), ""},
		{"float", func(s *Sums) any { var o authgen.Opt[float64]; s.Float("n", &o, 0.5, 0.25); return o.Or(0) }, 0.75, ""},
		{"float that is none", func(s *Sums) any { var o authgen.Opt[float64]; s.Float("n", &o, 0, math.NaN()); return nil }, nil, "type"},
		{"null float", func(s *Sums) any { var o authgen.Opt[*float64]; s.NullFloat("n", &o, nil, 0.25); return *o.Or(nil) }, 0.25, ""},
	} {
		sums := Sums{Table: table}
		if total := c.add(&sums); total != c.want {
			t.Errorf("%s: the sum is %v, want %v", c.name, total, c.want)
		}
		rule, invalid := "", (*authgen.ValidationError)(nil)
		if errors.As(sums.Err(), &invalid) {
			rule = invalid.Field + " " + invalid.Rule
		}
		if want := c.rule; want != "" && rule != "n "+want || want == "" && rule != "" {
			t.Errorf("%s: it is refused for %q, want %q", c.name, rule, c.rule)
		}
	}
}
