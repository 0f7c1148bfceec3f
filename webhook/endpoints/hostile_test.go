package endpoints_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/authgen/authgen/webhook/endpoints"
)

// hostile are files that should end in an error, soon: each is built for a place
// where a reader may be quadratic, recursive or trusting. All but the first are
// of the size that is still read.
func hostile() map[string]string {
	const size = 250_000
	bomb := "endpoints:\n  a0: &a0 [x]\n"
	for i := 1; i < 40; i++ {
		bomb += fmt.Sprintf("  a%d: &a%d [*a%d, *a%d]\n", i, i, i-1, i-1)
	}
	many := func(line string, sep string) string { return strings.Repeat(line+sep, size/len(line+sep)) }
	numbered := func(format string) string {
		var b strings.Builder
		for i := 0; b.Len() < size-100; i++ {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	return map[string]string{
		"huge":            "endpoints: {a: {url: " + strings.Repeat("x", 10<<20) + "}}",
		"alias bomb":      bomb,
		"self alias":      "endpoints: &a {x: *a}\n",
		"unknown alias":   "endpoints: *a\n",
		"merge":           "endpoints: {a: &a {url: x}, b: {<<: *a}}\n",
		"anchored key":    "&a endpoints: {*a : x}\n",
		"deep brackets":   "endpoints: " + strings.Repeat("[", size),
		"closed brackets": "endpoints: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000),
		"deep braces":     "endpoints: " + many("{a: ", ""),
		"deep blocks":     "endpoints:\n" + many("- ", ""),
		"many keys":       "endpoints:\n  a:\n" + numbered("    k%d: 1\n"),
		"many long keys":  "endpoints:\n  a:\n" + many("    "+strings.Repeat("k", 900)+": 1", "\n"),
		"a long key":      "endpoints: {a: {" + strings.Repeat("k", size) + ": 1}}",
		"a long name":     "endpoints: {" + strings.Repeat("n", size) + ": {}}",
		"many endpoints":  "endpoints:\n" + numbered("  e%d:\n"),
		"empty endpoints": "endpoints:\n" + numbered("  e%d: {}\n"),
		"many secrets":    "endpoints: {a: {secrets: [" + many("a", ", ") + "]}}",
		"many events":     "endpoints: {a: {events: [" + many("a*", ", ") + "]}}",
		"many dollars":    "endpoints: {a: {url: '" + strings.Repeat("$", size) + "'}}",
		"many variables":  "endpoints: {a: {events: '" + many("${SECRET}", "") + "'}}",
		"many open":       "endpoints: {a: {events: '" + many("${", "") + "'}}",
		"a huge number":   "endpoints: {a: {maxAttempts: " + strings.Repeat("9", size) + "}}",
		"a huge rate":     "endpoints: {a: {rate: 1e" + strings.Repeat("9", size) + "}}",
		"comments":        "endpoints:\n" + many("  # c", "\n") + "  a: {zz: 1}\n",
		"many documents":  many("--- {}", "\n"),
		"stars":           "endpoints: [" + many("*", ",") + "]",
		"unquoted":        "endpoints: [" + many("${A}", ",") + "]",
		"open brackets":   "endpoints: " + many("[${", "\n"),
		"nul":             "endpoints: {a: \x00}",
		"utf-16":          "\xff\xfee\x00n\x00",
		"only a bom":      "\ufeff",
		"binary":          "endpoints: !!binary aGVsbG8=",
		"complex keys":    "? [a, b]\n: c\n? {x: y}\n: z\n",
		"tabs":            "endpoints:\n\ta:\n\t\turl: x\n",
		"percent":         "%%%%\nendpoints: {}",
		"directive":       "%TAG ! tag:x,2000:\n---\nendpoints: {a: !x {}}",
	}
}

// TestHostile holds that such a file is refused, with few words; that it is soon,
// the limit of the test run holds.
func TestHostile(t *testing.T) {
	for name, src := range hostile() {
		t.Run(name, func(t *testing.T) {
			list, err := endpoints.Parse("x.yaml", []byte(src), lookup)
			if err == nil || list != nil {
				t.Fatal("no error")
			}
			if n := strings.Count(err.Error(), "\n"); n >= 100 || len(err.Error()) > 50_000 {
				t.Errorf("%d problems of %d bytes", n, len(err.Error()))
			}
		})
	}
}

// FuzzParse holds that no text makes a panic, that there are endpoints or
// problems, and that endpoints are valid.
func FuzzParse(f *testing.F) {
	for _, src := range hostile() {
		if len(src) < 2000 {
			f.Add([]byte(src))
		}
	}
	f.Add([]byte(head))
	f.Add([]byte(head + "    timeout: 5s\n    rate: 0.5\n    ordered: true\n    profile: better-auth\n    maxAttempts: 3\n"))
	f.Add([]byte("endpoints: {a: {url: \"$$${SECRET}$\"}}"))
	f.Fuzz(func(t *testing.T, src []byte) {
		list, err := endpoints.Parse("x.yaml", src, lookup)
		if err != nil {
			noSecret(t, err)
			if list != nil || !strings.HasPrefix(err.Error(), "x.yaml:") {
				t.Errorf("%v, %v", list, err)
			}
		}
		for _, e := range list {
			if err := e.Validate(); err != nil {
				t.Error(err)
			}
		}
	})
}
