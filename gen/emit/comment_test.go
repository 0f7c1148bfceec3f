package emit

import (
	"go/format"
	"strings"
	"testing"
)

// TestComment checks that no text becomes anything but a comment.
func TestComment(t *testing.T) {
	cases := map[string]string{
		"short":                "// short",
		"two\nlines":           "// two lines",
		"one\n\ntwo":           "// one\n//\n// two",
		"go:build ignore":      `// "go:build" ignore`,
		"+build ignore":        `// "+build" ignore`,
		"*/ x":                 "// \"*/\" x",
		"# heading":            `// "#" heading`,
		"- item":               `// "-" item`,
		"1. item":              `// "1." item`,
		"a\u202Eb\uFEFFc\x00d": "// abc d",
		"a\r\nb\u2028c":        "// a b c",
		"  indented":           "// indented",
	}
	for text, want := range cases {
		if got := wrapped(text, ""); got != want {
			t.Errorf("wrapped(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestCommentIsStable checks that gofmt leaves comments as they are.
func TestCommentIsStable(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("word ", 60), strings.Repeat("x", 200), "a\n\n\n\nb", "text ending in colon:\n\n  code", "[link]: http://x", "Deprecated: no",
		strings.Repeat("go:generate rm ", 30), strings.Repeat("+build x ", 30), strings.Repeat("- ", 60), strings.Repeat("1. ", 60),
	} {
		src := "package p\n\n" + wrapped(text, "") + "\ntype T int\n"
		got, err := format.Source([]byte(src))
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if string(got) != src {
			t.Errorf("%q: gofmt makes\n%s\nof\n%s", text, got, src)
		}
	}
}
