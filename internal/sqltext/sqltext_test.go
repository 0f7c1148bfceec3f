package sqltext_test

import (
	"slices"
	"testing"

	"github.com/authgen/authgen/internal/sqltext"
)

func TestTokens(t *testing.T) {
	for _, c := range []struct {
		text  string
		style sqltext.Style
		want  []string
	}{
		{`"a""b" IN ('x', 'it''s')`, sqltext.Style{}, []string{"name a\"b", "word IN", "symbol (", "text x", "symbol ,", "text it's", "symbol )"}},
		{"`a` in (_utf8mb4'x\\'y')", sqltext.Style{Backslash: true}, []string{"name a", "word in", "symbol (", "word _utf8mb4", "text x'y", "symbol )"}},
		{`(role)::text = ANY (ARRAY['a'::text])`, sqltext.Style{}, []string{"symbol (", "word role", "symbol )", "symbol ::", "word text", "symbol =",
			"word ANY", "symbol (", "word ARRAY", "symbol [", "text a", "symbol ::", "word text", "symbol ]", "symbol )"}},
		{"[a b] /* c, */ -- d\n x", sqltext.Style{Brackets: true}, []string{"name a b", "word x"}},
		{`'open`, sqltext.Style{}, []string{"text open"}},
		{`/* open`, sqltext.Style{}, nil},
		{`ä_1 ≤ 2`, sqltext.Style{}, []string{"word ä_1", "symbol ≤", "word 2"}},
	} {
		var got []string
		kinds := []string{sqltext.Word: "word", sqltext.Name: "name", sqltext.Text: "text", sqltext.Symbol: "symbol"}
		for _, token := range c.style.Tokens(c.text) {
			got = append(got, kinds[token.Kind]+" "+token.Value)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s\n  is %q\nwant %q", c.text, got, c.want)
		}
	}
}
