package stub

import (
	"go/format"
	"go/parser"
	"strings"
)

// width is the column at which doc comments are wrapped.
const width = 77

// names are the names by which one file knows the two packages that a trigger mentions;
// "." for a dot import.
type names struct {
	req           Request
	context, auth string
}

// list returns the names that a type parameter in the receiver of a stub could shadow.
func (n names) list() []string { return []string{n.context, n.auth, "Context", "error"} }

func (names) ident(name string) string { return name }

func (n names) selector(pkg, name string) string {
	switch pkg {
	case "context":
		pkg = n.context
	case n.req.ImportName:
		pkg = n.auth
	}
	if pkg == "." {
		return name
	}
	return pkg + "." + name
}

// signature returns a method's declaration without its body, on one line.
func signature(m Method, receiver string, n names) string {
	var params []string
	for _, param := range m.Params {
		text := param.Type
		if e, err := parser.ParseExpr(param.Type); err == nil {
			text = typeText(e, n)
		}
		params = append(params, param.Name+" "+text)
	}
	return "func " + receiver + " " + m.Name + "(" + strings.Join(params, ", ") + ") error"
}

// render returns a stub, formatted, with its doc comment.
func render(m Method, receiver string, n names) (string, error) {
	const clause = "package p\n\n"
	text := clause + comment(m) + signature(m, receiver, n) + " {\n\treturn nil\n}\n"
	// gofmt also rewrites lists and headings in the doc comment.
	out, err := format.Source([]byte(text))
	if err != nil {
		return "", err
	}
	return strings.TrimPrefix(string(out), clause), nil
}

// comment returns the doc comment of a method, wrapped. It begins with the name of the
// method.
func comment(m Method) string {
	prose := strings.ReplaceAll(m.Doc, "\r\n", "\n")
	if words := strings.Fields(prose); len(words) == 0 {
		prose = m.Name + " is declared in schema.yaml."
	} else if words[0] != m.Name {
		prose = m.Name + " " + prose
	}
	var b strings.Builder
	for i, paragraph := range paragraphs(prose) {
		if i > 0 {
			b.WriteString("//\n")
		}
		line := "//"
		for _, word := range strings.Fields(paragraph) {
			if len(line) > len("//") && len([]rune(line))+1+len([]rune(word)) > width {
				b.WriteString(line + "\n")
				line = "//"
			}
			line += " " + word
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// paragraphs splits a text at its blank lines.
func paragraphs(prose string) []string {
	var list []string
	var lines []string
	for _, line := range append(strings.Split(prose, "\n"), "") {
		if strings.TrimSpace(line) != "" {
			lines = append(lines, line)
		} else if len(lines) > 0 {
			list = append(list, strings.Join(lines, " "))
			lines = nil
		}
	}
	return list
}
