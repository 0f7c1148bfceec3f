package schema_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/authgen/authgen/gen/schema"
)

const head = "version: 1\nout: ./auth\n"

// hostile has files that should quickly end in an error. Each is made for a place where a
// reader may be quadratic, recursive or trusting.
func hostile() map[string]string {
	bomb := head + "tables:\n  a0: &a0 {name: x, goName: y}\n"
	for i := 1; i < 40; i++ {
		bomb += fmt.Sprintf("  a%d: &a%d {fields: {x: *a%d, y: *a%d}}\n", i, i, i-1, i-1)
	}
	merges := head + "tables: {a: {fields: &m0 {" + numbered(900, "f%d: int", ", ") + "}}"
	merges += ", b: {fields: {x: {type: json, default: [" + strings.Repeat("{<<: *m0}, ", 5000) + "]}}}}\n"
	return map[string]string{
		"alias bomb":            bomb,
		"merge bomb":            merges,
		"huge file":             head + "tables: {a: {doc: " + strings.Repeat("x", 10<<20) + "}}\n",
		"huge scalar":           head + "tables: {a: {ids: " + strings.Repeat("x", 3<<20) + "}}\n",
		"huge key":              head + "tables: {" + strings.Repeat("k", 3<<20) + ": {}}\n",
		"huge quoted":           head + "tables: {a: {ids: \"" + strings.Repeat(`\u0001`, 500_000) + "\"}}\n",
		"deep brackets":         head + "tables: " + strings.Repeat("[", 900_000),
		"closed brackets":       head + "tables: " + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + "\n",
		"deep braces":           head + "tables: " + strings.Repeat("{a: ", 500_000),
		"deep blocks":           head + strings.Repeat("- ", 900_000),
		"deep indentation":      head + staircase(2500),
		"many values":           head + "tables: [" + strings.Repeat("a,", 2_000_000) + "]\n",
		"many keys":             head + numbered(200_000, "k%d: 1", "\n"),
		"many equal keys":       head + strings.Repeat("a: 1\n", 200_000),
		"many tables":           head + "tables:\n" + numbered(50_000, "  t%d:", "\n"),
		"many fields":           head + "tables:\n  a:\n    fields:\n" + numbered(50_000, "      f%d: int", "\n"),
		"many wrong references": head + "tables:\n" + numbered(9_000, "  table%d: {fields: {a: {references: tabel%[1]d}}}", "\n"),
		"many wrong types":      head + "tables:\n  a: {fields: {" + numbered(999, "f%d: strnig", ", ") + "}}\n",
		"many comments":         head + "tables:\n" + strings.Repeat("  # c\n", 400_000) + "  a: {zz: 1}\n",
		"many line comments":    head + "tables:\n" + numbered(40_000, "  t%d: # c", "\n"),
		"comments in brackets":  head + "tables: [\n" + strings.Repeat("# c\n a,\n", 100_000) + "]\n",
		"blank lines":           head + strings.Repeat("\n", 900_000) + "a: 1\n",
		"one long line":         head + "tables: {" + strings.Repeat(" ", 2<<20) + numbered(50_000, "t%d: 1", ", ") + "}\n",
		"many anchors":          head + "tables:\n" + numbered(50_000, "  t%d: &a%[1]d 1", "\n"),
		"many aliases":          head + "tables: {x: &a [1], y: [" + strings.Repeat("*a,", 300_000) + "]}\n",
		"self alias":            head + "tables: &a {x: *a}\n",
		"self merge":            head + "tables: &a {<<: *a}\n",
		"anchored key":          head + "&a tables: {*a : {zz: 1}}\n",
		"many documents":        strings.Repeat("--- {}\n", 100_000),
		"long chain":            head + "tables:\n" + chain(9_000),
		"long circle":           head + "tables:\n" + chain(9_000) + "  t9000: {fields: {a: {references: t0}}}\n",
		"indexes":               head + "tables: {a: {fields: {b: int}, indexes: [" + strings.Repeat("{fields: [b]}, ", 50_000) + "]}}\n",
		"events":                head + "tables: {a: {fields: {" + numbered(999, "f%d: int", ", ") + "}}}\nevents:\n" + numbered(20_000, "  e%d: {on: a.create}", "\n"),
		"patterns":              head + "tables: {a: {fields: {" + numbered(900, `f%d: {type: string, pattern: "((a{30}){30})"}`, ", ") + "}}}\n",
		"huge pattern":          head + "tables: {a: {fields: {b: {type: string, pattern: '" + strings.Repeat("(a*)*", 200_000) + "'}}}}\n",
		"huge number":           head + "tables: {a: {fields: {b: {type: bigint, default: " + strings.Repeat("9", 1<<20) + "}}}}\n",
		"huge exponent":         head + "tables: {a: {fields: {b: {type: float, default: 1e999999999}}}}\n",
		"invalid utf-8":         head + "tables: {a\xff: {}}\n",
		"utf-16":                "\xff\xfev\x00e\x00r\x00s\x00i\x00o\x00n\x00",
		"surrogate":             head + "tables: {a: {doc: \"\\ud800\"}}\n",
		"nul":                   head + "tables: {a: {doc: \"\\0\"}}\n\x00",
		"only a bom":            "\ufeff",
		"two boms":              "\ufeff\ufeff" + head,
		"null root":             "~\n",
		"complex keys":          head + "? [a, b]\n: c\n? {x: y}\n: z\n",
		"tabs":                  head + "tables:\n\ta:\n\t\tname: x\n",
		"open quote":            head + "tables: {a: \"" + strings.Repeat("x\n", 100_000),
		"percent":               "%%%%\n" + head,
		"far in brackets":       head + "tables: {\n" + strings.Repeat(" ", 1<<20) + numbered(50_000, "t%d: 1", ", ") + "}}\n",
		"lines in brackets":     head + "tables: {\n" + numbered(50_000, " t%d: {", "\n") + "]\n",
		"texts in brackets":     head + "tables: [" + strings.Repeat("x\n", 500_000) + ": ]\n",
		"keys of quotes":        head + strings.Repeat("\"", 1<<20) + "\n a\n",
		"wrong last line":       head + "tables:\n" + numbered(100_000, "  t%d: x y z", "\n") + "\n u\n",
		"wrong indentation":     head + staircase(1400) + " x: y\n",
		"wrong list":            head + "tables:\n" + strings.Repeat(" - - - a\n", 100_000) + "b\n",
		"directive":             "%TAG ! tag:x,2000:\n---\n" + head,
	}
}

func numbered(n int, format, sep string) string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(lines, sep)
}

func staircase(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i%1500) + "a:\n")
	}
	return b.String()
}

func chain(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  t%d: {fields: {a: {references: t%d}}}\n", i, i+1)
	}
	return b.String()
}

// TestHostile checks that no file of at most 4 MiB takes too much memory. The time limit of
// the test run bounds the time.
func TestHostile(t *testing.T) {
	skipInRace(t)
	for name, src := range hostile() {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			s, problems := schema.Parse("schema.yaml", []byte(src))
			runtime.ReadMemStats(&after)
			if got := after.TotalAlloc - before.TotalAlloc; got > 1<<30 && !raceDetector {
				t.Errorf("allocated %d MiB", got>>20)
			}
			if name != "patterns" && name != "events" && len(problems) == 0 {
				t.Error("no problem found")
			}
			if len(problems) > 1001 {
				t.Errorf("%d problems", len(problems))
			}
			sound(t, s, problems)
			t.Logf("%d MiB, %s", (after.TotalAlloc-before.TotalAlloc)>>20, first(problems))
		})
	}
}

// skipInRace skips tests that take minutes with the race detector and have one goroutine.
func skipInRace(t *testing.T) {
	t.Helper()
	if raceDetector && testing.Short() {
		t.Skip("-short leaves it out where races are looked for")
	}
}

func first(problems []schema.Problem) string {
	if len(problems) == 0 {
		return "no problems"
	}
	return fmt.Sprintf("%d problems, the first %v", len(problems), problems[0])
}
