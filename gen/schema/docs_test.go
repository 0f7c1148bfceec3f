package schema

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// chapters are the headings in docs/schema.md under which the keys of a
// section stand, each as a row of a table.
var chapters = map[string]string{
	"schema": "The top of the file", "naming": "Naming", "table": "Tables", "field": "Fields",
	"reference": "References", "index": "Indexes", "event": "Events",
}

var (
	heading = regexp.MustCompile(`^#+ (.*)$`)
	keyRow  = regexp.MustCompile("^\\| `([^`]+)` \\|")
)

// TestReferenceIsComplete holds docs/schema.md against the keys: each has its
// row in the chapter of its section, no row is about a key that is none, and
// each word that a key takes is named.
func TestReferenceIsComplete(t *testing.T) {
	doc := readFile(t, "../../docs/schema.md")
	rows := map[string][]string{} // keys in rows, by chapter
	chapter := ""
	for line := range strings.Lines(doc) {
		line = strings.TrimSuffix(line, "\n")
		if m := heading.FindStringSubmatch(line); m != nil {
			chapter = m[1]
		} else if m := keyRow.FindStringSubmatch(line); m != nil {
			rows[chapter] = append(rows[chapter], m[1])
		}
	}
	for _, s := range allSections() {
		title, ok := chapters[s.name]
		if !ok {
			t.Errorf("section %s has no chapter; write one and name it in this test", s.name)
			continue
		}
		for _, k := range s.keys {
			if !slices.Contains(rows[title], k.name) {
				t.Errorf("docs/schema.md: chapter %q has no row for key %s", title, k.name)
			}
			for _, word := range words(k.shape) {
				if !strings.Contains(doc, "`"+word+"`") {
					t.Errorf("docs/schema.md: %q, which %s takes, is not named", word, k.name)
				}
			}
		}
		for _, name := range rows[title] {
			if s.key(name) == nil {
				t.Errorf("docs/schema.md: chapter %q has a row for %s, which is no key there", title, name)
			}
		}
	}
}

// TestPresetEventsAreNamed holds docs/schema.md against the events of presets.
func TestPresetEventsAreNamed(t *testing.T) {
	doc := readFile(t, "../../docs/schema.md")
	s, problems := Parse("schema.yaml", []byte("version: 1\nout: ./auth\nuse: ["+strings.Join(Presets(), ", ")+"]\n"))
	if len(problems) > 0 || len(s.Events) == 0 {
		t.Fatalf("%d events\n%s", len(s.Events), Report("schema.yaml", problems))
	}
	for _, e := range s.Events {
		if !strings.Contains(doc, "`"+e.Key+"`") {
			t.Errorf("docs/schema.md: event %s is not named", e.Key)
		}
	}
}

// TestExampleIsComplete holds schema.example.yaml against the keys: it has
// each of them, and no problem.
func TestExampleIsComplete(t *testing.T) {
	const file = "schema.example.yaml"
	src := []byte(readFile(t, "../../"+file))
	if _, problems := Parse(file, src); len(problems) > 0 {
		t.Fatal(Report(file, problems))
	}
	_, root, problems := readYAML(src, nil)
	if root == nil {
		t.Fatal(Report(file, problems))
	}
	used := usedKeys{}
	used.note(&shape{form: sectionForm, keys: topKeys(Presets())}, root)
	for _, s := range allSections() {
		for _, k := range s.keys {
			if !used[s.name+"."+k.name] {
				t.Errorf("%s does not show key %s of a %s", file, k.name, s.name)
			}
		}
	}
}

// usedKeys are the keys that a file has, as section.key.
type usedKeys map[string]bool

// note adds the keys of a node of the given shape.
func (u usedKeys) note(sh *shape, n *node) {
	if sh.alt != nil && sh.alt.takes(n) {
		sh = sh.alt
	}
	for _, item := range n.items {
		if sh.form == listForm {
			u.note(sh.of, item)
		}
	}
	for _, p := range n.pairs {
		switch sh.form {
		case mapForm:
			u.note(sh.of, p.value)
		case sectionForm:
			u[sh.keys.name+"."+p.key.text] = true
			u.note(sh.keys.key(p.key.text).shape, p.value)
		}
	}
}

// allSections returns the sections of a schema.yaml, each once.
func allSections() []*section {
	var all []*section
	var visit func(*shape)
	visit = func(sh *shape) {
		if sh == nil {
			return
		}
		visit(sh.alt)
		visit(sh.of)
		if sh.keys == nil || slices.Contains(all, sh.keys) {
			return
		}
		all = append(all, sh.keys)
		for _, k := range sh.keys.keys {
			visit(k.shape)
		}
	}
	visit(&shape{form: sectionForm, keys: topKeys(Presets())})
	return all
}

// words returns the words that a key takes, itself or as entries of a list.
func words(sh *shape) []string {
	var list []string
	for ; sh != nil; sh = sh.of {
		list = append(list, sh.values...)
		if sh.alt != nil {
			list = append(list, sh.alt.values...)
		}
	}
	return list
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(src), "\r\n", "\n")
}
