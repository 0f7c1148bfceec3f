// Package stub adds to the user's trigger package the methods that the schema declares
// and the package lacks. It changes no byte of the user's, and only inserts. It parses
// the package and never type-checks it, so that stubs arrive while the code around them
// does not compile. It takes bytes and returns bytes, and touches no files.
package stub

import (
	"errors"
	"fmt"
	"go/parser"
	"strings"
)

// typeName is the name of the type that carries the triggers.
const typeName = "Triggers"

// A Request is a trigger package as it is, and the methods that its type Triggers must
// have.
type Request struct {
	Dir        string            // folder of the package, for messages
	Package    string            // package name, for a folder without Go files
	Import     string            // import path of the generated package
	ImportName string            // name of the generated package, such as "auth"
	Files      map[string][]byte // every .go file of the folder, also tests, by base name
	Methods    []Method          // every trigger that the schema declares

	// Sibling returns the Go files of another package of the module, by base name, and
	// its folder for messages. For a package of another module it returns no files. It
	// may be nil.
	Sibling func(importPath string) (files map[string][]byte, dir string)
}

// A Method is a trigger as the schema declares it. It returns error.
type Method struct {
	Name   string  // such as "OnCreateUser"
	Doc    string  // text without line breaks; blank lines separate paragraphs
	Params []Param // in order
	File   string  // base name of the file that a stub goes to; see FileName
}

// A Param is a parameter of a [Method]. Its type names packages as "context" and
// Request.ImportName, such as "*auth.User".
type Param struct{ Name, Type string }

// A Result is what [Insert] did and found.
type Result struct {
	Files      map[string][]byte // new and changed files, whole, by base name
	Added      []Added           // stubs, in the order of Request.Methods
	Moved      []Moved           // imports of the generated package by its old path, not changed
	Mismatched []Finding         // declared methods with a wrong signature, not changed
	Undeclared []Finding         // trigger methods that the schema does not declare, not changed
}

// An Added is a stub: a method, and the base name of its file.
type Added struct{ File, Method string }

// Insert returns the files that give the type Triggers every declared method that it
// lacks. It returns an error, and adds nothing, if a file cannot be parsed. It returns an
// [*UnseenError], with the findings, if methods are missing that may be promoted from a
// type that it does not see.
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
	set := p.methodSet(typeName, 0)
	compared := comparison{p, set}
	res := Result{Undeclared: compared.undeclared()}
	res.Mismatched, res.Moved = compared.mismatched()
	missing := compared.missing()
	if err := p.refuse(set, missing); err != nil {
		return res, err
	}
	res.Files, err = insert(p, missing)
	if err != nil {
		return res, err
	}
	for _, s := range missing {
		res.Added = append(res.Added, Added{File: s.file, Method: s.Name})
	}
	return res, nil
}

// validate refuses methods that no package could have.
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

// A stub is a missing method, and the file that it was inserted into.
type stub struct {
	Method
	file string
}

// An UnseenError says which methods are missing, and why Insert added no stubs. Triggers
// embeds a type that Insert does not see and that may have these methods. A stub would
// shadow such a method, so that its code would no longer run.
type UnseenError struct {
	Pos     string   // file:line:col of the type that is not seen, or a folder
	Reason  string   // why the methods of Triggers are not known, and what to do about it
	Missing []string // names, in the order of Request.Methods

	// Elsewhere says that the type belongs to another package, which is not read and may
	// well have the methods. As far as authgen can see nothing is wrong then.
	Elsewhere bool
}

// Error returns the place, the names of the missing methods, and the reason.
func (e *UnseenError) Error() string {
	verb := "no stub can be inserted for "
	if e.Elsewhere {
		verb = "no stub was added for "
	}
	return e.Pos + ": " + verb + strings.Join(e.Missing, ", ") + ": " + e.Reason
}

// refuse says why the missing methods cannot be inserted, or returns nil.
func (p *pkg) refuse(set *methodSet, missing []*stub) error {
	if len(p.req.Methods) == 0 {
		return nil
	}
	decl, err := receiverFinder{p}.declaration()
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
		return receiverFinder{p}.mustBeOwn(decl)
	}
	return unseen
}
