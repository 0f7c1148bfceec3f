package stub

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/doc"
	"slices"
	"strings"
)

// A receiver is the receiver of stubs. It looks like those of the user's own methods.
type receiver struct {
	name       string   // the name that most of the user's methods use; "t" without any
	typ        string   // Triggers, or the type that it is an alias of
	typeParams []string // as declared
	value      bool     // all of the user's methods have value receivers
}

// A receiverFinder finds the type that stubs are methods of.
type receiverFinder struct{ *pkg }

// declaration returns the declaration of that type.
func (f receiverFinder) declaration() (*typeDecl, error) {
	name := typeName
	for range len(f.types) + 1 {
		if len(f.types[name]) == 0 {
			return nil, fmt.Errorf("%s: no file of package %s declares the type %s", f.dir(), f.name, name)
		}
		decl := f.types[name][0]
		if !decl.Assign.IsValid() {
			return decl, f.mustBeStruct(decl)
		}
		switch t := ast.Unparen(decl.Type).(type) {
		case *ast.StarExpr:
			return nil, f.notStruct(decl, "an alias of a pointer")
		case *ast.SelectorExpr:
			return decl, nil // a type of another package, which has the methods or is not read
		default:
			id, ok := bare(t).(*ast.Ident)
			if !ok {
				return nil, f.notStruct(decl, "an alias of "+cmp.Or(kindOf(t), "a struct")+" that has no name")
			}
			name = id.Name
		}
	}
	return nil, fmt.Errorf("%s: the type Triggers is an alias of itself", f.at(f.types[typeName][0].Pos()))
}

// mustBeStruct refuses a type whose underlying type is not a struct, as far as that can
// be seen.
func (f receiverFinder) mustBeStruct(decl *typeDecl) error {
	typ := ast.Unparen(decl.Type)
	for range len(f.types) + 1 {
		id, ok := bare(typ).(*ast.Ident)
		_, pointer := typ.(*ast.StarExpr)
		if !ok || pointer || len(f.types[id.Name]) == 0 {
			break
		}
		typ = ast.Unparen(f.types[id.Name][0].Type)
	}
	if kind := kindOf(typ); kind != "" {
		return f.notStruct(decl, kind)
	}
	return nil
}

// mustBeOwn refuses an alias of a type of another package, which cannot get methods
// here.
func (f receiverFinder) mustBeOwn(decl *typeDecl) error {
	if _, foreign := bare(decl.Type).(*ast.SelectorExpr); foreign && decl.Assign.IsValid() {
		return f.notStruct(decl, "an alias of "+exprText(decl.Type)+" of another package")
	}
	return nil
}

func (f receiverFinder) notStruct(decl *typeDecl, kind string) error {
	return fmt.Errorf("%s: the type %s is %s, so no stub can be inserted; make it a struct",
		f.at(decl.Pos()), decl.Name.Name, kind)
}

// kindOf describes a type that is not a struct. It returns "" for a struct, and for a
// name that parsing cannot look up.
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

// receiver returns the receiver of stubs.
func (f receiverFinder) receiver() (receiver, error) {
	decl, err := f.declaration()
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
	methods := f.methods[r.typ]
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

// text returns the receiver of one stub, such as "(t *Triggers[T])". It avoids names that
// the rest of the signature needs.
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
