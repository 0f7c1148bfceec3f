package stub

import (
	"go/ast"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
)

// A Finding is a method of the user's that does not agree with the schema.
// It is the user's to change.
type Finding struct {
	Pos    string // file:line:col, the file within Request.Dir
	Method string // name
	Have   string // as declared, such as "func (t *Triggers) OnCreateUser(...) error"
	Want   string // what it should be; empty for a method that the schema does not declare
}

// String returns the finding as one sentence that says what to do.
func (f Finding) String() string {
	if f.Want == "" {
		return f.Pos + ": " + f.Method + " is never called: schema.yaml declares no such trigger; declare it there, or rename or delete the method"
	}
	return f.Pos + ": " + f.Method + " has another signature than its trigger: change it by hand\n\thave " + f.Have + "\n\twant " + f.Want
}

// mismatched returns the declared methods that are there with another
// signature, and the imports that alone are wrong about others.
func (p *pkg) mismatched(set *methodSet) (findings []Finding, moved []Moved) {
	for _, m := range p.req.Methods {
		for _, e := range set.found[m.Name] {
			if p.agrees(e, m) {
				continue
			}
			if from, ok := p.movedFrom(e, m); ok {
				if spec := p.importOf(e.file, from); spec != nil {
					moved = append(moved, Moved{Pos: p.at(spec.Pos()), From: from, To: p.req.Import})
					continue
				}
			}
			findings = append(findings, Finding{
				Pos:    p.at(e.pos),
				Method: m.Name,
				Have:   e.text(),
				Want:   p.want(e, m),
			})
		}
	}
	slices.SortFunc(moved, func(a, b Moved) int { return strings.Compare(a.Pos, b.Pos) })
	return findings, slices.Compact(moved) // one for each file
}

// agrees reports whether an entry is a method with the signature of m.
func (p *pkg) agrees(e *entry, m Method) bool {
	if e.elsewhere {
		return true
	}
	if e.typ == nil {
		return false
	}
	params, results := p.typesOf(e)
	return slices.Equal(params, p.wantTypes(m)) && slices.Equal(results, []string{"error"})
}

// text returns an entry's declaration on one line.
func (e *entry) text() string {
	switch {
	case e.fn != nil:
		return exprText(&ast.FuncDecl{Recv: e.fn.Recv, Name: e.fn.Name, Type: e.fn.Type})
	case e.typ != nil:
		return exprText(&ast.FuncDecl{Name: ast.NewIdent(e.name), Type: e.typ})
	default:
		return "a field named " + e.name
	}
}

// want returns the declaration that an entry should have been, in the names
// its file uses.
func (p *pkg) want(e *entry, m Method) string {
	names := p.packageNamesIn(e.file.ast)
	recv, err := p.receiver()
	if err != nil {
		recv = receiver{name: "t", typ: typeName}
	}
	text := recv.text(m.Params, names.list())
	if e.fn != nil {
		text = p.receiverText(e.fn)
	}
	return signature(m, text, names)
}

// receiverText returns a method's receiver on one line, in parentheses.
func (p *pkg) receiverText(fn *ast.FuncDecl) string {
	field := fn.Recv.List[0]
	text := exprText(field.Type)
	if len(field.Names) > 0 {
		text = field.Names[0].Name + " " + text
	}
	return "(" + text + ")"
}

// maxTypos is how many letters may differ between a trigger's name and what
// is taken for a misspelling of it.
const maxTypos = 2

var triggerName = regexp.MustCompile(`^(Before|On)(Create|Update|Delete).`)

// undeclared returns the methods that look like triggers and that the schema
// does not declare: by name, or by nearly being one that it does, and by taking
// a context and a transaction. By name alone a helper of the user's would be
// taken for one; and a method whose table is gone, or whose name is misspelled,
// has no table to go by.
func (p *pkg) undeclared(set *methodSet) []Finding {
	declared := map[string]bool{}
	for _, m := range p.req.Methods {
		declared[m.Name] = true
	}
	var findings []Finding
	for _, name := range set.names {
		if declared[name] || !triggerName.MatchString(name) && !p.misspelled(name) {
			continue
		}
		for _, e := range set.found[name] {
			if p.takesTx(e) {
				findings = append(findings, Finding{Pos: p.at(e.pos), Method: name, Have: e.text()})
			}
		}
	}
	return findings
}

// misspelled reports whether a name is nearly that of a declared trigger. The
// trigger has got a stub then, and what the method does would never run.
func (p *pkg) misspelled(name string) bool {
	return slices.ContainsFunc(p.req.Methods, func(m Method) bool {
		return levenshtein.ComputeDistance(name, m.Name) <= maxTypos
	})
}

// takesTx reports whether the first parameters of an entry are a context and
// the generated package's transaction.
func (p *pkg) takesTx(e *entry) bool {
	if e.typ == nil {
		return false
	}
	params, _ := p.typesOf(e)
	return len(params) > 2 && params[0] == `"context".Context` && params[1] == "*"+strconv.Quote(p.req.Import)+".Tx"
}
