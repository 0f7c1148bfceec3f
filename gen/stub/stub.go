// Package stub adds to the user's trigger package the methods that the schema
// declares and the package lacks. The package belongs to the user: it is
// parsed and never type-checked, so that stubs arrive while the code around
// them does not compile, and no byte that stands is changed, only put before
// or after. The package is pure: bytes in, bytes out.
package stub

import (
	"errors"
	"fmt"
	"go/parser"
	"strings"
)

// typeName is the name of the type that carries the triggers.
const typeName = "Triggers"

// A Request is a trigger package as it stands and the methods that its type
// Triggers must have.
type Request struct {
	Dir        string            // folder of the package; used in messages only
	Package    string            // package name, for a folder without Go files
	Import     string            // import path of the generated package
	ImportName string            // name of the generated package, such as "auth"
	Files      map[string][]byte // every .go file of the folder, test files too, by base name
	Methods    []Method          // every trigger that the schema declares

	// Sibling returns the Go files of another package of the module, by base name,
	// and its folder for messages; no files for a package of another module. It may
	// be nil.
	Sibling func(importPath string) (files map[string][]byte, dir string)
}

// A Method is a trigger as the schema declares it. It returns error.
type Method struct {
	Name   string  // such as "OnCreateUser"
	Doc    string  // prose, unwrapped; blank lines part paragraphs
	Params []Param // in order
	File   string  // base name of the file a stub goes to; see FileName
}

// A Param is a parameter of a [Method]. Type is spelled with the package
// names "context" and Request.ImportName, such as "*auth.User".
type Param struct{ Name, Type string }

// A Result is what [Insert] did and found.
type Result struct {
	Files      map[string][]byte // new and changed files, whole, by base name
	Added      []Added           // stubs, in the order of Request.Methods
	Moved      []Moved           // imports of the generated package by its old path; left alone
	Mismatched []Finding         // declared methods whose signature is another; left alone
	Undeclared []Finding         // trigger methods that the schema does not declare; left alone
}

// An Added is a stub: a method and the base name of the file it went to.
type Added struct{ File, Method string }

// Insert returns the files that give the type Triggers every declared method
// that it lacks. It adds nothing, and returns an error, if a file cannot be
// parsed, or (an [*UnseenError]) if some are missing and it cannot tell
// whether they are promoted from a type out of sight. Findings are returned
// with an UnseenError too.
func Insert(req Request) (Result, error) {
	if err := req.validate(); err != nil {
		return Result{}, err
	}
	p, err := parse(req)
	if err != nil {
		return Result{}, err
	}
	if p.empty() {
		return start(req)
	}
	set := p.methodSet(typeName)
	res := Result{Undeclared: p.undeclared(set)}
	res.Mismatched, res.Moved = p.mismatched(set)
	missing := p.missing(set)
	if err := p.refuse(set, missing); err != nil {
		return res, err
	}
	res.Files, err = p.insert(missing)
	if err != nil {
		return res, err
	}
	for _, s := range missing {
		res.Added = append(res.Added, Added{File: s.file, Method: s.Name})
	}
	return res, nil
}

// validate refuses what no package could be given.
func (r *Request) validate() error {
	for _, m := range r.Methods {
		for _, param := range m.Params {
			if _, err := parser.ParseExpr(param.Type); err != nil {
				return fmt.Errorf("method %s: type %q of parameter %s: %w", m.Name, param.Type, param.Name, err)
			}
		}
	}
	if len(r.Methods) > 0 && (r.Import == "" || r.ImportName == "") {
		return errors.New("the generated package needs an import path and a name")
	}
	return nil
}

// A stub is a missing method, and the file it went to once it is inserted.
type stub struct {
	Method
	file string
}

// missing returns the declared methods that set lacks.
func (p *pkg) missing(set *methodSet) []*stub {
	var missing []*stub
	for _, m := range p.req.Methods {
		if len(set.found[m.Name]) == 0 {
			missing = append(missing, &stub{Method: m})
		}
	}
	return missing
}

// An UnseenError says which methods are missing, and why no stub can be
// inserted: a stub would shadow a method promoted from a type that parsing
// the folder does not show, and so silence a live trigger.
type UnseenError struct {
	Pos     string   // file:line:col of what hides the methods; a folder if there is no such place
	Reason  string   // why the methods of Triggers are not known, and what to do about it
	Missing []string // names, in the order of Request.Methods

	// Elsewhere says that the type is one of another package that is not read, and
	// that may well have the methods. Nothing is wrong then that authgen could see.
	Elsewhere bool
}

// Error gives the reason, its place, and the names of the missing methods.
func (e *UnseenError) Error() string {
	verb := "no stub can be inserted for "
	if e.Elsewhere {
		verb = "no stub was added for "
	}
	return e.Pos + ": " + verb + strings.Join(e.Missing, ", ") + ": " + e.Reason
}

// refuse returns why the missing methods cannot be inserted, or nil.
func (p *pkg) refuse(set *methodSet, missing []*stub) error {
	if len(p.req.Methods) == 0 {
		return nil
	}
	decl, err := p.receiverType()
	if err != nil && len(p.types[typeName]) > 0 {
		return err
	}
	if len(missing) == 0 {
		return nil
	}
	unseen := &UnseenError{}
	for _, s := range missing {
		unseen.Missing = append(unseen.Missing, s.Name)
	}
	switch {
	case len(p.types[typeName]) == 0:
		unseen.Pos = p.dir()
		unseen.Reason = "no file of package " + p.name + " declares the type Triggers; add \"type Triggers struct{}\""
	case set.unseen != nil:
		unseen.Pos, unseen.Reason, unseen.Elsewhere = p.at(set.unseen.pos), set.unseen.reason, set.unseen.elsewhere
	default:
		return p.mustBeOwn(decl)
	}
	return unseen
}
