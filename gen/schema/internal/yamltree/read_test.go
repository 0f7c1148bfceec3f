package yamltree

import (
	"strings"
	"testing"
)

// TestKinds holds what a scalar is, by the core schema of YAML 1.2.
func TestKinds(t *testing.T) {
	cases := map[string]Kind{
		"~": Null, "null": Null, "": Null,
		"true": Bool, "FALSE": Bool,
		"1": Number, "-1.5e3": Number, "0x1f": Number, ".inf": Number, ".nan": Number,
		"yes": Text, "on": Text, "2020-01-31": Text, "1.2.3": Text, "'1'": Text, `"true"`: Text, "|-\n  1": Text,
		"[a]": List, "{a: b}": Map,
	}
	for src, want := range cases {
		n := value(t, "a: "+src+"\n")
		if n.Kind != want {
			t.Errorf("%q is of kind %v, not %v: %s", src, n.Kind, want, n.Says())
		}
	}
}

// TestComments holds which comment belongs to a key.
func TestComments(t *testing.T) {
	cases := []struct{ name, yaml, want string }{
		{"above", "# one\n# two\na: 1", "one\ntwo"},
		{"behind", "a: 1 # one", "one"},
		{"above wins", "# above\na: 1 # behind", "above"},
		{"blank line between", "# one\n\na: 1", ""},
		{"another column", "  # one\na: 1", ""},
		{"in quotes", "a: 'x # y'", ""},
		{"behind quotes", "a: 'x # y' # z", "z"},
		{"no space", "a: x#y", ""},
		{"windows", "# one\r\na: 1\r\n", "one"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := root(t, c.yaml).Pairs[0].Key.Doc; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestMerge holds that own keys come before merged ones, and that an alias is what its
// anchor is.
func TestMerge(t *testing.T) {
	n := root(t, "x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  a: 3\nz: *x\n")
	y := n.Pairs[1].Value
	if len(y.Pairs) != 2 || y.Pairs[0].Value.Text != "3" || y.Pairs[1].Key.Text != "b" {
		t.Errorf("merged into %v", y.Pairs)
	}
	if n.Pairs[0].Value != n.Pairs[2].Value {
		t.Error("an alias is another node than its anchor")
	}
}

// TestRefused holds what is said of a text that is not a tree.
func TestRefused(t *testing.T) {
	deep := strings.Repeat("[", 70) + strings.Repeat("]", 70)
	cases := []struct{ name, yaml, want string }{
		{"no directive", "%%%%\nversion: 1", "1:1: this is not YAML: could not find expected directive name"},
		{"cause", "a: 1\nb", `2:1: ":" is missing after "b"`},
		{"second document", "a: 1\n---\nb: 2", "2:1: a second document begins here"},
		{"unknown anchor", "a: *b", "1:4: the alias *b has no anchor &b before it"},
		{"circle", "a: &a [*a]", "1:8: the alias *a stands for something that contains it"},
		{"depth", "a: " + deep, "1:68: nested deeper than 64 levels"},
		{"control character", "a: \"\x07\"", "1:5: a control character (U+0007); remove it"},
		{"order", "a: \u202ex", "1:4: an invisible character (U+202E); remove it"},
		{"encoding", "a: \xff", "1:4: this is not UTF-8"},
		{"tag", "a: !!str b", "1:4: tags such as"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, _, found := Read([]byte(c.yaml), nil)
			if len(found) != 1 || !strings.HasPrefix(found[0].String(), c.want) {
				t.Errorf("got %v, want %s", found, c.want)
			}
		})
	}
}

// TestEmpty holds that an empty file is neither a tree nor wrong.
func TestEmpty(t *testing.T) {
	for _, src := range []string{"", "\n", "# only this\n", "\ufeff"} {
		if _, n, found := Read([]byte(src), nil); n != nil || found != nil {
			t.Errorf("%q is %v, %v", src, n, found)
		}
	}
}

// root returns the root of a file without problems.
func root(t *testing.T, src string) *Node {
	t.Helper()
	_, n, found := Read([]byte(src), nil)
	if n == nil || len(found) > 0 {
		t.Fatalf("%q: %v", src, found)
	}
	return n
}

// value returns the value of the only key of a file.
func value(t *testing.T, src string) *Node {
	t.Helper()
	return root(t, src).Pairs[0].Value
}
