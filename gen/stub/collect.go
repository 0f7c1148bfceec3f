package stub

import (
	"go/ast"
	"go/doc"
	"go/token"
)

// An entry is a declaration of a method, or of a field that takes the name of one.
type entry struct {
	name string
	file *file
	pos  token.Pos
	fn   *ast.FuncDecl // nil for a field and for a method of an interface
	typ  *ast.FuncType // nil for a field

	elsewhere bool // promoted from a type of another package, which is named at pos
}

// A methodSet is the methods and fields that a selector on a *Triggers can reach.
type methodSet struct {
	found  map[string][]*entry // the shallowest declarations; several where builds differ
	names  []string            // the keys of found, in order
	unseen *unseen             // the first type whose methods cannot be seen
}

// An unseen is a type whose methods are not in this folder.
type unseen struct {
	pos       token.Pos
	reason    string
	elsewhere bool // it belongs to another module
}

// addMethod records a method under each type that its receiver may stand for.
func (p *pkg) addMethod(f *file, fn *ast.FuncDecl) {
	name, _ := receiverOf(fn)
	e := &entry{name: fn.Name.Name, file: f, pos: fn.Pos(), fn: fn, typ: fn.Type}
	for _, base := range p.bases(name, map[string]bool{}) {
		p.methods[base] = append(p.methods[base], e)
	}
}

// receiverOf returns the name of a method's receiver type, and whether the receiver is a
// pointer.
func receiverOf(fn *ast.FuncDecl) (name string, pointer bool) {
	if len(fn.Recv.List) == 0 {
		return "", false
	}
	typ := fn.Recv.List[0].Type
	for {
		switch t := typ.(type) {
		case *ast.ParenExpr:
			typ = t.X
		case *ast.StarExpr:
			typ, pointer = t.X, true
		case *ast.IndexExpr:
			typ = t.X
		case *ast.IndexListExpr:
			typ = t.X
		case *ast.Ident:
			return t.Name, pointer
		default:
			return "", pointer
		}
	}
}

// bases follows aliases and returns the types that a name stands for.
func (p *pkg) bases(name string, seen map[string]bool) []string {
	if seen[name] {
		return nil
	}
	seen[name] = true
	var bases []string
	own := len(p.types[name]) == 0
	for _, d := range p.types[name] {
		if !d.Assign.IsValid() {
			own = true
		} else if id, ok := bare(d.Type).(*ast.Ident); ok {
			bases = append(bases, p.bases(id.Name, seen)...)
		}
	}
	if own {
		bases = append(bases, name)
	}
	return bases
}

// bare removes parentheses, pointers and type arguments.
func bare(e ast.Expr) ast.Expr {
	for {
		switch t := e.(type) {
		case *ast.ParenExpr:
			e = t.X
		case *ast.StarExpr:
			e = t.X
		case *ast.IndexExpr:
			e = t.X
		case *ast.IndexListExpr:
			e = t.X
		default:
			return e
		}
	}
}

// A walk collects a method set, breadth first: by Go's rule for selectors a declaration
// at a shallower depth hides those that are deeper.
type walk struct {
	p     *pkg
	set   *methodSet
	seen  map[visit]bool
	level map[string][]*entry // found at the current depth
	order []string
	next  []embedded
	depth int // packages between the trigger package and p
}

// A visit is a type name, and whether its methods count: `type Triggers X` does not have
// the methods of X, but those of the types that X embeds.
type visit struct {
	name    string
	methods bool
}

// An embedded is a type expression to walk at the next depth.
type embedded struct {
	typ  ast.Expr
	file *file
}

// methodSet returns the method set of a pointer to the named type.
func (p *pkg) methodSet(name string, depth int) *methodSet {
	w := &walk{p: p, depth: depth, set: &methodSet{found: map[string][]*entry{}}, seen: map[visit]bool{}}
	if len(p.types[name]) == 0 {
		return w.set
	}
	todo := []embedded{{typ: ast.NewIdent(name)}}
	for len(todo) > 0 {
		w.level, w.order, w.next = map[string][]*entry{}, nil, nil
		for _, e := range todo {
			w.visit(e.typ, e.file, true)
		}
		for _, name := range w.order {
			if _, hidden := w.set.found[name]; !hidden {
				w.set.found[name] = w.level[name]
				w.set.names = append(w.set.names, name)
			}
		}
		todo = w.next
	}
	return w.set
}

// visit collects the methods of a type expression at the current depth.
func (w *walk) visit(typ ast.Expr, f *file, methods bool) {
	switch t := bare(typ).(type) {
	case *ast.Ident:
		w.visitName(t, f, methods)
	case *ast.SelectorExpr:
		w.visitElsewhere(t, f)
	case *ast.StructType:
		w.visitStruct(t, f)
	case *ast.InterfaceType:
		w.visitInterface(t, f)
	}
}

func (w *walk) visitName(id *ast.Ident, f *file, methods bool) {
	decls := w.p.types[id.Name]
	if len(decls) == 0 {
		if !doc.IsPredeclared(id.Name) {
			w.hide(&unseen{pos: id.Pos(), reason: "Triggers embeds " + id.Name + ", which no file of this package declares and which may have them already; declare it here, or give the field a name"})
		}
		return
	}
	v := visit{id.Name, methods}
	if w.seen[v] {
		return
	}
	w.seen[v] = true
	defined := false
	for _, d := range decls {
		alias := d.Assign.IsValid()
		defined = defined || !alias
		w.visit(d.Type, d.file, methods && alias)
	}
	if methods && defined {
		for _, e := range w.p.methods[id.Name] {
			w.add(e)
		}
	}
}

func (w *walk) visitStruct(s *ast.StructType, f *file) {
	for _, field := range s.Fields.List {
		for _, name := range field.Names {
			w.add(&entry{name: name.Name, file: f, pos: name.Pos()})
		}
		if len(field.Names) > 0 {
			continue
		}
		switch t := bare(field.Type).(type) {
		case *ast.Ident:
			w.add(&entry{name: t.Name, file: f, pos: t.Pos()})
		case *ast.SelectorExpr:
			w.add(&entry{name: t.Sel.Name, file: f, pos: t.Pos()})
		}
		w.next = append(w.next, embedded{field.Type, f})
	}
}

func (w *walk) visitInterface(i *ast.InterfaceType, f *file) {
	for _, field := range i.Methods.List {
		fn, ok := field.Type.(*ast.FuncType)
		if !ok {
			w.visit(field.Type, f, true)
			continue
		}
		for _, name := range field.Names {
			w.add(&entry{name: name.Name, file: f, pos: name.Pos(), typ: fn})
		}
	}
}

// add records an entry at the current depth, once if it is reached in several ways.
func (w *walk) add(e *entry) {
	for _, other := range w.level[e.name] {
		if other.pos == e.pos {
			return
		}
	}
	if len(w.level[e.name]) == 0 {
		w.order = append(w.order, e.name)
	}
	w.level[e.name] = append(w.level[e.name], e)
}

// hide records a type that may have methods and cannot be seen.
func (w *walk) hide(u *unseen) {
	if w.set.unseen == nil {
		w.set.unseen = u
	}
}
