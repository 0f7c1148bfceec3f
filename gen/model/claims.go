package model

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/authgen/authgen/gen/schema"
)

// A claim says what a top-level identifier of the package is.
type claim struct {
	what  string // for messages
	fixed bool   // the package itself needs the identifier
	path  string // the import path, if it is the name of an import
}

// fixedClaims returns the claims of the package itself.
func fixedClaims() map[string]claim {
	claims := make(map[string]claim, 4096)
	for _, name := range packageNames {
		claims[name] = claim{what: "the package itself", fixed: true}
	}
	for name := range importNames {
		claims[name] = claim{what: "the import of a package", fixed: true}
	}
	return claims
}

// checkTopLevel computes every identifier that is generated for the tables,
// and reports identifiers that are generated twice.
func (b *builder) checkTopLevel() {
	for _, t := range b.model.Tables {
		pos := t.source.GoNamePos
		what := "table " + strconv.Quote(t.Key)
		met := func(name string) bool { return !b.claim(name, what, pos) }
		if slices.ContainsFunc(t.identifiers(), met) {
			continue // one message is enough for all that follows from the name
		}
		for _, e := range t.Enums {
			what := "field " + strconv.Quote(t.Key+"."+e.Field)
			pos := t.field(e.Field).source.GoNamePos
			if !b.claim(e.Type, what, pos) {
				continue
			}
			for n, v := range e.Values {
				same := func(other EnumValue) bool { return other.Const == v.Const }
				if i := slices.IndexFunc(e.Values[:n], same); i >= 0 {
					b.problem(pos, "%s: the values %s and %s of the enum would both be the Go constant %s; change one of them",
						t.Key+"."+e.Field, strconv.Quote(e.Values[i].Value), strconv.Quote(v.Value), v.Const)
					continue
				}
				b.claim(v.Const, "the value "+strconv.Quote(v.Value)+" of "+what, pos)
			}
		}
		b.checkFinders(t)
	}
}

// identifiers returns the top-level identifiers that are generated for a
// table under any plan, so that a new trigger never makes two names meet.
func (t *Table) identifiers() []string {
	n := t.Names
	return []string{
		n.Doc, t.ID.Type.Name, n.Create, n.Patch, n.Delta, n.Change, n.Changed, n.Cols, n.ColsType, n.Order, n.Query,
		n.Triggers, n.Table, n.Desc, n.Codec, n.Row,
	}
}

// checkFinders reports finders with the same name, for example of the unique index on a and
// b and of the field aAndB.
func (b *builder) checkFinders(t *Table) {
	methods := map[string]*Finder{}
	for _, f := range t.Finders {
		if other := methods[f.Method]; other != nil {
			b.problem(t.source.Pos, `table %q: finding a row by %s and by %s would both be the method %s; set "goName" of a field`, t.Key, other.Words, f.Words, f.Method)
			continue
		}
		methods[f.Method] = f
	}
}

// claim takes an identifier, and reports whether it was free.
func (b *builder) claim(name, what string, pos schema.Pos) bool {
	have, taken := b.claims[name]
	switch {
	case !taken && !reservedPrefix(name):
		b.claims[name] = claim{what: what}
		return true
	case !taken:
		b.problem(pos, `%s: the Go name %s is one of those that the generated package keeps for errors and options; set "goName"`, what, name)
	case have.fixed:
		b.problem(pos, `%s: the generated package needs the Go name %s itself; set "goName"`, what, name)
	default:
		b.problem(pos, `%s: the Go name %s is needed for %s too; set "goName" of one of them`, what, name, have.what)
	}
	return false
}

// reservedPrefix reports whether a name is kept for errors or options.
func reservedPrefix(name string) bool {
	return slices.ContainsFunc(packagePrefixes, func(prefix string) bool {
		rest, ok := strings.CutPrefix(name, prefix)
		r, _ := utf8.DecodeRuneInString(rest)
		return ok && unicode.IsUpper(r)
	})
}

// field returns the field with that key, or nil.
func (t *Table) field(key string) *Field {
	i := slices.IndexFunc(t.Fields, func(f *Field) bool { return f.Key == key })
	if i < 0 {
		return nil
	}
	return t.Fields[i]
}

// byDeclaration sorts tables as the schema declares them.
func byDeclaration(tables []*Table, order map[*Table]int) {
	slices.SortFunc(tables, func(a, b *Table) int { return cmp.Compare(order[a], order[b]) })
}
