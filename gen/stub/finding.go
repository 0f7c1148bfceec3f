package stub

import (
	"go/ast"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
)

// A Finding is a method of the user's that does not agree with the schema. Only the user
// changes it.
type Finding struct {
	Pos    string // file:line:col, the file within Request.Dir
	Method string // name
	Have   string // its declaration, such as "func (t *Triggers) OnCreateUser(...) error"
	Want   string // what it should be; empty for a method that the schema does not declare
	Near   string // the declared trigger whose name is nearly the same; may be empty
}

// String returns the finding and what to do about it.
func (f Finding) String() string {
	if f.Near != "" {
		return f.Pos + ": " + f.Method + " is never called: schema.yaml declares " + f.Near + ", which is nearly the same; move the code there"
	}
	if f.Want == "" {
		return f.Pos + ": " + f.Method + " is never called: schema.yaml declares no such trigger; declare it there, or rename or delete the method"
	}
	return f.Pos + ": " + f.Method + " does not have the signature of its trigger; change it by hand\n\thave " + f.Have + "\n\twant " + f.Want
}

// A comparison compares the methods of type Triggers with those that the schema
// declares.
type comparison struct {
	*pkg
	set *methodSet
}

// mismatched returns the declared methods that have another signature. Where a wrong
// import is the only reason it returns the import instead.
func (c comparison) mismatched() (findings []Finding, moved []Moved) {
	for _, m := range c.req.Methods {
		for _, e := range c.set.found[m.Name] {
			if c.agrees(e, m) {
				continue
			}
			if from, ok := c.movedFrom(e, m); ok {
				if spec := importOf(e.file, from); spec != nil {
					moved = append(moved, Moved{Pos: c.at(spec.Pos()), From: from, To: c.req.Import})
					continue
				}
			}
			findings = append(findings, Finding{
				Pos:    c.at(e.pos),
				Method: m.Name,
				Have:   e.text(),
				Want:   c.want(e, m),
			})
		}
	}
	slices.SortFunc(moved, func(a, b Moved) int { return strings.Compare(a.Pos, b.Pos) })
	return findings, slices.Compact(moved) // one for each file
}

// missing returns the declared methods that type Triggers lacks.
func (c comparison) missing() []*stub {
	var missing []*stub
	for _, m := range c.req.Methods {
		if len(c.set.found[m.Name]) == 0 {
			missing = append(missing, &stub{Method: m})
		}
	}
	return missing
}

// agrees reports whether an entry is a method with the signature of m.
func (c comparison) agrees(e *entry, m Method) bool {
	if e.elsewhere {
		return true
	}
	if e.typ == nil {
		return false
	}
	params, results := c.typesOf(e)
	return slices.Equal(params, c.wantTypes(m)) && slices.Equal(results, []string{"error"})
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

// want returns the declaration that an entry should have, with the package names that
// its file uses.
func (c comparison) want(e *entry, m Method) string {
	names := packageNamesIn(c.req, e.file.ast)
	recv, err := receiverFinder{c.pkg}.receiver()
	if err != nil {
		recv = receiver{name: "t", typ: typeName}
	}
	text := recv.text(m.Params, names.list())
	if e.fn != nil {
		text = receiverText(e.fn)
	}
	return signature(m, text, names)
}

// receiverText returns a method's receiver on one line, in parentheses.
func receiverText(fn *ast.FuncDecl) string {
	field := fn.Recv.List[0]
	text := exprText(field.Type)
	if len(field.Names) > 0 {
		text = field.Names[0].Name + " " + text
	}
	return "(" + text + ")"
}

// maxTypos is how many letters may differ between the name of a trigger and a misspelling
// of it.
const maxTypos = 2

var triggerName = regexp.MustCompile(`^(Before|On)(Create|Update|Delete).`)

// undeclared returns the methods that look like triggers and that the schema does not
// declare. Such a method has the name of a trigger, or nearly one, and takes a context
// and a transaction. The name alone would take a helper for a trigger. The table in the
// name does not help, as it may be misspelled, or gone from the schema.
func (c comparison) undeclared() []Finding {
	declared := map[string]bool{}
	for _, m := range c.req.Methods {
		declared[m.Name] = true
	}
	var findings []Finding
	for _, name := range c.set.names {
		near := c.nearTo(name)
		if declared[name] || !triggerName.MatchString(name) && near == "" {
			continue
		}
		for _, e := range c.set.found[name] {
			if c.takesTx(e) {
				findings = append(findings, Finding{Pos: c.at(e.pos), Method: name, Have: e.text(), Near: near})
			}
		}
	}
	return findings
}

// nearTo returns the declared trigger whose name is nearly the given one, if that is no
// trigger itself. That trigger has a stub then, and the code of the misspelled method never
// runs.
func (c comparison) nearTo(name string) string {
	near, least := "", maxTypos+1
	for _, m := range c.req.Methods {
		if d := levenshtein.ComputeDistance(name, m.Name); d < least {
			near, least = m.Name, d
		}
	}
	return near
}

// takesTx reports whether the first parameters of an entry are a context and a
// transaction of the generated package.
func (c comparison) takesTx(e *entry) bool {
	if e.typ == nil {
		return false
	}
	params, _ := c.typesOf(e)
	return len(params) > 2 && params[0] == `"context".Context` && params[1] == "*"+strconv.Quote(c.req.Import)+".Tx"
}
