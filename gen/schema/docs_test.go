package schema

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/authgen/authgen/gen/schema/internal/grammar"
	"github.com/authgen/authgen/gen/schema/internal/yamltree"
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

// TestReferenceIsComplete compares docs/schema.md with the keys. Each key has a row in the
// chapter of its section, no row is about a key that does not exist, and each word that a
// key takes is in the text.
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
		title, ok := chapters[s.Name]
		if !ok {
			t.Errorf("section %s has no chapter; write one and name it in this test", s.Name)
			continue
		}
		for _, k := range s.Keys {
			if !slices.Contains(rows[title], k.Name) {
				t.Errorf("docs/schema.md: chapter %q has no row for key %s", title, k.Name)
			}
			for _, word := range words(k.Shape) {
				if !strings.Contains(doc, "`"+word+"`") {
					t.Errorf("docs/schema.md: %q, which %s takes, is not named", word, k.Name)
				}
			}
		}
		for _, name := range rows[title] {
			if s.Key(name) == nil {
				t.Errorf("docs/schema.md: chapter %q has a row for %s, which is not a key there", title, name)
			}
		}
	}
}

// TestPresetEventsAreNamed checks that docs/schema.md has all events of presets.
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

// TestExampleIsComplete checks that schema.example.yaml uses every key and has no problem.
func TestExampleIsComplete(t *testing.T) {
	const file = "schema.example.yaml"
	src := []byte(readFile(t, "../../"+file))
	if _, problems := Parse(file, src); len(problems) > 0 {
		t.Fatal(Report(file, problems))
	}
	_, root, problems := yamltree.Read(src, nil)
	if root == nil {
		t.Fatal(Report(file, problems))
	}
	used := usedKeys{}
	used.note(&grammar.Shape{Form: grammar.SectionForm, Keys: topKeys(Presets())}, root)
	for _, s := range allSections() {
		for _, k := range s.Keys {
			if !used[s.Name+"."+k.Name] {
				t.Errorf("%s does not show key %s of a %s", file, k.Name, s.Name)
			}
		}
	}
}

// usedKeys are the keys that a file has, as section.key.
type usedKeys map[string]bool

// note adds the keys of a node of the given shape.
func (u usedKeys) note(sh *grammar.Shape, n *yamltree.Node) {
	if sh.Alt != nil && sh.Alt.Takes(n) {
		sh = sh.Alt
	}
	for _, item := range n.Items {
		if sh.Form == grammar.ListForm {
			u.note(sh.Of, item)
		}
	}
	for _, p := range n.Pairs {
		switch sh.Form {
		case grammar.MapForm:
			u.note(sh.Of, p.Value)
		case grammar.SectionForm:
			u[sh.Keys.Name+"."+p.Key.Text] = true
			u.note(sh.Keys.Key(p.Key.Text).Shape, p.Value)
		}
	}
}

// allSections returns the sections of a schema.yaml, each once.
func allSections() []*grammar.Section {
	var all []*grammar.Section
	var visit func(*grammar.Shape)
	visit = func(sh *grammar.Shape) {
		if sh == nil {
			return
		}
		visit(sh.Alt)
		visit(sh.Of)
		if sh.Keys == nil || slices.Contains(all, sh.Keys) {
			return
		}
		all = append(all, sh.Keys)
		for _, k := range sh.Keys.Keys {
			visit(k.Shape)
		}
	}
	visit(&grammar.Shape{Form: grammar.SectionForm, Keys: topKeys(Presets())})
	return all
}

// words returns the words that a key takes, itself or as entries of a list.
func words(sh *grammar.Shape) []string {
	var list []string
	for ; sh != nil; sh = sh.Of {
		list = append(list, sh.Values...)
		if sh.Alt != nil {
			list = append(list, sh.Alt.Values...)
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
