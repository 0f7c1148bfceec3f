package yamlfault

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"gopkg.in/yaml.v3"
)

const root = "../../../../"

var yamlBlock = regexp.MustCompile("(?s)```(?:yaml|text)\n(version: 1\n.*?)```")

// TestNoFaultInYAML holds the search against every file that is YAML, schemas
// with other mistakes too: it must not find anything.
func TestNoFaultInYAML(t *testing.T) {
	sources := map[string]string{"example": readFile(t, root+"schema.example.yaml")}
	for _, pattern := range []string{root + "testdata/*/*.txtar", root + "templates/presets/*/*.yaml", root + "docs/*.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files (%v)", pattern, err)
		}
		for _, name := range files {
			src := readFile(t, name)
			switch filepath.Ext(name) {
			case ".yaml":
				sources[name] = src
			case ".md":
				for i, m := range yamlBlock.FindAllStringSubmatch(src, -1) {
					sources[name+string(rune('a'+i))] = m[1]
				}
			case ".txtar":
				for _, f := range txtar.Parse([]byte(src)).Files {
					if strings.HasSuffix(f.Name, ".yaml") {
						sources[name+"/"+f.Name] = string(f.Data)
					}
				}
			}
		}
	}
	read := 0
	for name, src := range sources {
		if refused(src) {
			continue
		}
		read++
		if p, found := Find(lines(src)); found {
			t.Errorf("%s:%v\n%s", name, p, src)
		}
	}
	if read < 100 {
		t.Errorf("only %d files were read", read)
	}
}

// TestFaults holds what a person is told about a file that the parser refuses: where
// to look, and what to do.
func TestFaults(t *testing.T) {
	field := "version: 1\nout: ./auth\ntables:\n  user:\n    fields:\n"
	cases := []struct{ name, yaml, want string }{
		{"pattern in braces", field + "      a: {type: string, pattern: ^[a-z]+$}", `6:34: put the value of "pattern" in single quotes: "[" has a meaning of its own in YAML`},
		{"pattern of braces", field + "      a: {type: string, pattern: ^\\d{3}$, unique: true}", `6:34: put the value of "pattern" in single quotes: "{" has`},
		{"pattern of brackets", field + "      a: {type: string, pattern: [a-z]+}", `6:34: put the value of "pattern" in single quotes: "[" has`},
		{"pattern in a line", field + "      a:\n        pattern: [a-z]+", `7:18: put the value of "pattern" in single quotes: "[" has`},
		{"pattern with a star", field + "      a: {pattern: *.x}", `6:20: put the value of "pattern" in single quotes: "*" has`},
		{"pattern of a star", field + "      a: {pattern: * }", `6:20: put the value of "pattern" in single quotes: "*" has`},
		{"escape", field + `      a: {type: string, pattern: "^\d+$"}`, `6:36: "d" cannot follow "\" in double quotes; put the text in single quotes, in which "\" has no meaning`},
		{"escape of too few digits", field + `      a: {doc: "\u12"}`, `6:17: "u" cannot follow`},
		{"short type in braces", "tables: {a: {fields: {b: string?, c: int}}}", `1:26: put the value of "b" in single quotes: "?" has`},
		{"list type in braces", field + "      a: {type: string[]}", `6:17: put the value of "type" in single quotes: "[" has`},
		{"single quote", field + "      a: {default: 'it's'}", `6:23: the text in quotes ends here; write '' for a single quote in it`},
		{"double quote", field + "      a:\n        doc: \"say \"no\"\"", `7:19: the text in quotes ends here; write \" for a double quote in it`},
		{"open quote", field + "      a:\n        doc: 'x", `7:14: the quote that opens here is never closed`},
		{"open quote, closed by the next", field + "      a: {doc: \"x}\n      b: {doc: \"y\"}", `6:16: the quote that opens here is not closed in its line`},
		{"open brace", "tables:\n  user: {fields: {a: string}\n  post: {}", `2:9: "{" is never closed; its "}" is missing`},
		{"open brace at the end", "tables: {user: {}", `1:9: "{" is never closed; its "}" is missing`},
		{"open bracket", "tables:\n  user:\n    triggers: [onCreate, # and\n    fields:\n      a: int", `3:15: "[" is never closed; its "]" is missing`},
		{"open bracket in braces", "tables: {a: {triggers: [onCreate}}", `1:24: "[" is never closed; its "]" is missing`},
		{"closed twice", "tables:\n  user: {fields: {}}}", `2:21: "}" closes nothing; remove it`},
		{"wrong closer", "tables: {a: ]}", `1:13: "]" closes nothing; remove it`},
		{"two commas", "use: [a,, b]", `1:9: a value is missing before this comma`},
		{"no comma", field + "      a: {type: string nullable: true}", `6:24: a comma is missing before "nullable"; or the value of "type" needs quotes`},
		{"no comma after brackets", "tables: {a: {triggers: [onCreate] ids: uuid}}", `1:35: a comma is missing before this`},
		{"no comma at the end", "tables: {\n    a: x\n    b: y\n  }", `3:5: a comma is missing before this, at the end of the line above`},
		{"colon in braces", field + "      a: {doc: Users:  all}", `6:16: put the value of "doc" in single quotes: ": " in it begins another value`},
		{"colon", field + "      a:\n        doc: Users: all of them", `7:14: put the value of "doc" in single quotes: ": " in it begins another value`},
		{"colon in a list", "x: [a: b: c]", `1:8: put the value of "a" in single quotes: ": " in it`},
		{"at", "tables: {a: {doc: @x}}", `1:19: put the value of "doc" in single quotes: "@" has`},
		{"percent", "tables:\n  a:\n    doc: %x", `3:10: put the value of "doc" in single quotes: "%" has`},
		{"anchor without a name", "tables:\n  a: &", `2:6: put the value of "a" in single quotes: "&" has`},
		{"text behind a bar", "tables:\n  a:\n    doc: |x\n    ids: uuid", `3:10: put the value of "doc" in single quotes: "|" begins a text in the lines below`},
		{"no colon", "version: 1\ntables:\n  user\n    fields:", `3:3: ":" is missing after "user"`},
		{"no colon beside others", "tables:\n  user:\n  post\n  team:", `3:3: ":" is missing after "post"`},
		{"no colon before others", field + "      a string\n      b: string", `6:7: ":" is missing after "a"`},
		{"no space", "version:1\nout: ./auth", `1:8: a space is missing after ":"`},
		{"no space beside others", field + "      a: int\n      b:int", `7:8: a space is missing after ":"`},
		{"no space behind a dash", "tables:\n  - a\n  -b\n  - c", `3:3: a space is missing after "-"`},
		{"open quote of a key", field + "      'a: string\n      b: string", `6:7: the quote that opens here is never closed`},
		{"open quote of another key", field + "      a: string\n      'b: string", `7:7: the quote that opens here is not closed in its line`},
		{"no key", field + "      : string", `6:7: a key is missing before ":"`},
		{"key that begins oddly", "@tables:\n  a:", `1:1: "@" cannot begin a key; remove it, or put the key in quotes`},
		{"deeper", field + "      a: string\n        b: string", `7:9: this line is indented deeper than line 6, which has a value already; line the two up`},
		{"deeper than brackets", "use: [a]\n  out: x", `2:3: this line is indented deeper than line 1`},
		{"between", "tables:\n  user:\n      name: x\n    ids: uuid", `4:5: this line is indented by 4 spaces, but the lines above it by 2 (line 2) and 6 (line 3); line it up with one of them`},
		{"less than all", "  version: 1\n out: ./auth", `2:2: this line is indented by 1 space, but line 1, which it seems to belong beside, by 2; line the two up`},
		{"tab", "tables:\n  user:\n\tfields:", `3:1: a tab in the indentation; YAML wants spaces`},
		{"list in its key's line", "use: - a\n", `1:6: a list begins in the line below its key; or write it in brackets, [a, b]`},
		{"entry beside keys", "tables:\n  a: {}\n  - b", `3:3: "- " begins an entry of a list, and the lines above are keys; remove it, or indent it differently`},
		{"key beside entries", "tables:\n  - a\n  b: {}", `3:3: "- " is missing before this, because the lines above are a list; or indent it differently`},
		{"windows", "tables:\r\n  user\r\n  post: {}\r\n", `2:3: ":" is missing after "user"`},
		{"wide characters", "tables: {größe: {doc: 'ä'ö}}", `1:25: the text in quotes ends here`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if !refused(c.yaml) {
				t.Error("the parser takes it")
			}
			if p, _ := Find(lines(c.yaml)); !strings.HasPrefix(p.String(), c.want) {
				t.Errorf("got %v\nwant %s\nof\n%s", p, c.want, c.yaml)
			}
		})
	}
}

// TestSlips makes one slip of the finger after the other in a schema. What
// makes it no YAML is nearly always found, and nearly always at the slip: the
// rest are indentations of which either of two lines may be meant.
func TestSlips(t *testing.T) {
	src := readFile(t, root+"schema.example.yaml")
	keys := strings.Split("{ } [ ] : , ' \" - # \\ * & @ \t \n", " ")
	slips, found, near := 0, 0, 0
	for i := range len(src) {
		slip := src[:i] + keys[i%len(keys)] + src[i:]
		if i%2 == 0 {
			slip = src[:i] + src[i+1:]
		}
		if !refused(slip) {
			continue
		}
		slips++
		p, ok := Find(lines(slip))
		if !ok {
			continue
		}
		found++
		if row := 1 + strings.Count(src[:i], "\n"); p.Pos.Line >= row-1 && p.Pos.Line <= row+1 {
			near++
		}
	}
	t.Logf("of %d slips %d were found, %d of them near", slips, found, near)
	if slips < 100 || found < slips*95/100 || near < found*9/10 {
		t.Errorf("of %d slips only %d were found, %d of them near", slips, found, near)
	}
}

// refused tells whether a text is not YAML, or has something in it that schemas may
// not have: a carriage return of its own.
func refused(src string) (refused bool) {
	defer func() {
		if recover() != nil { // the parser panics on some texts
			refused = true
		}
	}()
	for d := yaml.NewDecoder(strings.NewReader(src)); ; {
		if err := d.Decode(&yaml.Node{}); errors.Is(err, io.EOF) {
			return strings.Contains(strings.ReplaceAll(src, "\r\n", "\n"), "\r")
		} else if err != nil {
			return true
		}
	}
}

func lines(src string) []string {
	return strings.Split(strings.ReplaceAll(src, "\r\n", "\n"), "\n")
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(src), "\r\n", "\n")
}
