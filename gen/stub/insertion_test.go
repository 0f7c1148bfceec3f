package stub

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// A failer is *testing.T or *rapid.T.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

var _ failer = (*testing.T)(nil)

// checkInsertion checks that after is before with insertions only: its bytes
// are all there in order, every declaration keeps its doc comment, and
// formatted stays formatted.
func checkInsertion(t failer, name string, before, after []byte) {
	t.Helper()
	if !isSubsequence(before, after) {
		t.Errorf("%s: bytes of the user's are gone:\n%s\nbecame\n%s", name, before, after)
	}
	fset := token.NewFileSet()
	newSyntax, err := parser.ParseFile(fset, name, after, parser.ParseComments)
	if err != nil {
		t.Errorf("%s: does not parse: %v\n%s", name, err, after)
		return
	}
	if out, err := format.Source(after); len(before) == 0 && (err != nil || !bytes.Equal(out, after)) {
		t.Errorf("%s: new and not formatted:\n%s", name, after)
	}
	if len(before) == 0 {
		return
	}
	if out, err := format.Source(before); err == nil && bytes.Equal(out, before) {
		if out, err := format.Source(after); err != nil || !bytes.Equal(out, after) {
			t.Errorf("%s: was formatted and is not:\n%s", name, after)
		}
	}
	if crs := bytes.Count(before, []byte("\r\n")); crs > 0 && crs == bytes.Count(before, []byte("\n")) {
		if bytes.Count(after, []byte("\r\n")) != bytes.Count(after, []byte("\n")) {
			t.Errorf("%s: had CRLF line endings and has others:\n%q", name, after)
		}
	}
	oldSyntax, err := parser.ParseFile(fset, name, before, parser.ParseComments)
	if err != nil {
		t.Errorf("%s: stubs went into a file that does not parse: %v", name, err)
		return
	}
	checkDocs(t, name, oldSyntax, newSyntax)
}

// checkDocs checks that the new file has the old declarations in order, with their comments.
func checkDocs(t failer, name string, before, after *ast.File) {
	t.Helper()
	olds, news := docs(before), docs(after)
	for _, doc := range olds {
		for len(news) > 0 && news[0] != doc {
			news = news[1:]
		}
		if len(news) == 0 {
			t.Errorf("%s: a declaration lost its doc comment: %q", name, doc)
			return
		}
		news = news[1:]
	}
}

// docs returns a line for each declaration and each import of a file: its
// text and its comments.
func docs(f *ast.File) []string {
	list := []string{"package " + f.Name.Name + " " + f.Doc.Text()}
	for _, decl := range f.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			list = append(list, "func "+decl.Name.Name+" "+decl.Doc.Text())
		case *ast.GenDecl:
			list = append(list, decl.Tok.String()+" "+decl.Doc.Text())
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.ImportSpec:
					list = append(list, "import "+spec.Path.Value+" "+spec.Doc.Text()+" "+spec.Comment.Text())
				case *ast.TypeSpec:
					list = append(list, "type "+spec.Name.Name+" "+spec.Doc.Text()+" "+spec.Comment.Text())
				case *ast.ValueSpec:
					list = append(list, "value "+spec.Names[0].Name+" "+spec.Doc.Text()+" "+spec.Comment.Text())
				}
			}
		}
	}
	return list
}

// isSubsequence reports whether insertions alone turn a into b.
func isSubsequence(a, b []byte) bool {
	for _, c := range b {
		if len(a) > 0 && a[0] == c {
			a = a[1:]
		}
	}
	return len(a) == 0
}

func TestComment(t *testing.T) {
	for _, c := range []struct{ doc, want string }{
		{"", "// OnCreateUser is declared in schema.yaml.\n"},
		{"gives every user a profile.", "// OnCreateUser gives every user a profile.\n"},
		{"OnCreateUser runs.\n\nAn error\nundoes it.\n", "// OnCreateUser runs.\n//\n// An error undoes it.\n"},
		{strings.Repeat("words ", 15), "// OnCreateUser words words words words words words words words words words\n// words words words words words\n"},
	} {
		if got := comment(Method{Name: "OnCreateUser", Doc: c.doc}); got != c.want {
			t.Errorf("doc %q: got\n%s\nwant\n%s", c.doc, got, c.want)
		}
	}
}

func TestFileName(t *testing.T) {
	for table, want := range map[string]string{
		"user":                "user.go",
		"linux":               "linux.go",
		"test":                "test.go",
		"user_test":           "user_test_table.go",
		"user_test_table":     "user_test_table_table.go",
		"user_linux":          "user_linux_table.go",
		"user_windows_amd64":  "user_windows_amd64_table.go",
		"price_table":         "price_table.go",
		"_user":               "table_user.go",
		".user":               "table.user.go",
		"verification_wasip1": "verification_wasip1_table.go",
	} {
		if got := FileName(table); got != want {
			t.Errorf("FileName(%q) = %q, want %q", table, got, want)
		}
	}
}

func TestInvalidRequest(t *testing.T) {
	for _, req := range []Request{
		{Import: "example.com/auth", ImportName: "auth", Package: "triggers",
			Methods: []Method{{Name: "OnCreateUser", File: "user.go", Params: []Param{{"user", "auth."}}}}},
		{Methods: []Method{{Name: "OnCreateUser", File: "user.go"}}},
		{Import: "example.com/auth", ImportName: "auth", Package: "1",
			Methods: []Method{{Name: "OnCreateUser", File: "user.go"}}},
	} {
		if res, err := Insert(req); err == nil || len(res.Files) > 0 {
			t.Errorf("%+v: got %v, %v, want an error", req, res, err)
		}
	}
}
