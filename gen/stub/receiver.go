package stub

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/doc"
	"slices"
	"strings"
)

// A receiver is how stubs name what they are methods of: as the user's own
// methods do.
type receiver struct {
	name       string   // most used by the user's methods; "t" if there are none
	typ        string   // Triggers, or the type it is an alias of
	typeParams []string // as declared
	value      bool     // the user's methods all have value receivers
}

// receiverType returns the declaration that stubs are methods of.
func (p *pkg) receiverType() (*typeDecl, error) {
	name := typeName
	for range len(p.types) + 1 {
		if len(p.types[name]) == 0 {
			return nil, fmt.Errorf("%s: no file of package %s declares the type %s", p.dir(), p.name, name)
		}
		decl := p.types[name][0]
		if !decl.Assign.IsValid() {
			return decl, p.mustBeStruct(decl)
		}
		switch t := ast.Unparen(decl.Type).(type) {
		case *ast.StarExpr:
			return nil, p.notStruct(decl, "an alias of a pointer")
		case *ast.SelectorExpr:
			return decl, nil // of another package, which has them or is not read
		default:
			id, ok := bare(t).(*ast.Ident)
			if !ok {
				return nil, p.notStruct(decl, "an alias of "+cmp.Or(kindOf(t), "a struct")+" that has no name")
			}
			name = id.Name
		}
	}
	return nil, fmt.Errorf("%s: the type Triggers is an alias of itself", p.at(p.types[typeName][0].Pos()))
}

// mustBeStruct refuses a type whose underlying type, as far as it is in
// sight, is not a struct.
func (p *pkg) mustBeStruct(decl *typeDecl) error {
	typ := ast.Unparen(decl.Type)
	for range len(p.types) + 1 {
		id, ok := bare(typ).(*ast.Ident)
		_, pointer := typ.(*ast.StarExpr)
		if !ok || pointer || len(p.types[id.Name]) == 0 {
			break
		}
		typ = ast.Unparen(p.types[id.Name][0].Type)
	}
	if kind := kindOf(typ); kind != "" {
		return p.notStruct(decl, kind)
	}
	return nil
}

// mustBeOwn refuses an alias of another package's type, which can have no
// methods here.
func (p *pkg) mustBeOwn(decl *typeDecl) error {
	if _, foreign := bare(decl.Type).(*ast.SelectorExpr); foreign && decl.Assign.IsValid() {
		return p.notStruct(decl, "an alias of "+exprText(decl.Type)+" of another package")
	}
	return nil
}

func (p *pkg) notStruct(decl *typeDecl, kind string) error {
	return fmt.Errorf("%s: the type %s is %s, so no stub can be inserted: make it a struct",
		p.at(decl.Pos()), decl.Name.Name, kind)
}

// kindOf names a type that is not a struct; it returns "" for a struct and
// for a name that cannot be looked up by parsing.
func kindOf(typ ast.Expr) string {
	switch t := typ.(type) {
	case *ast.InterfaceType:
		return "an interface"
	case *ast.StarExpr:
		return "a pointer"
	case *ast.FuncType:
		return "a function type"
	case *ast.MapType:
		return "a map"
	case *ast.ChanType:
		return "a channel"
	case *ast.ArrayType:
		return "a list"
	case *ast.Ident:
		if doc.IsPredeclared(t.Name) {
			return "of type " + t.Name
		}
	}
	return ""
}

// receiver returns how stubs name their receiver.
func (p *pkg) receiver() (receiver, error) {
	decl, err := p.receiverType()
	if err != nil {
		return receiver{}, err
	}
	r := receiver{name: "t", typ: decl.Name.Name}
	if decl.TypeParams != nil {
		for _, field := range decl.TypeParams.List {
			for _, name := range field.Names {
				r.typeParams = append(r.typeParams, name.Name)
			}
		}
	}
	methods := p.methods[r.typ]
	r.value = len(methods) > 0
	uses, most := map[string]int{}, 0
	for _, m := range methods {
		if _, pointer := receiverOf(m.fn); pointer {
			r.value = false
		}
		for _, name := range m.fn.Recv.List[0].Names {
			if name.Name == "_" {
				continue
			}
			uses[name.Name]++
			if uses[name.Name] > most {
				most, r.name = uses[name.Name], name.Name
			}
		}
	}
	return r, nil
}

// text returns the receiver of one stub, such as "(t *Triggers[T])". Names
// the rest of the signature needs are avoided.
func (r receiver) text(params []Param, packages []string) string {
	typeParams := slices.Clone(r.typeParams)
	for i, name := range typeParams {
		if slices.Contains(packages, name) {
			typeParams[i] = "_"
		}
	}
	taken := func(name string) bool {
		return slices.Contains(typeParams, name) ||
			slices.ContainsFunc(params, func(p Param) bool { return p.Name == name })
	}
	name := r.name
	for _, other := range []string{"t", "triggers", "receiver", "_"} {
		if !taken(name) {
			break
		}
		name = other
	}
	typ := r.typ
	if len(typeParams) > 0 {
		typ += "[" + strings.Join(typeParams, ", ") + "]"
	}
	if !r.value {
		typ = "*" + typ
	}
	return "(" + name + " " + typ + ")"
}
