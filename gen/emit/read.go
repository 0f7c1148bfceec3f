package emit

import (
	"strings"

	"github.com/authgen/authgen/gen/model"
	"github.com/dave/jennifer/jen"
)

// A reading writes the methods that read rows.
type reading struct{ *tableWriter }

// write adds the calls that read.
func (w reading) write() {
	t := w.t
	query := params(jen.Id("q").Id(t.Query))
	w.readOne("Get returns the "+t.Noun+" with that id, or ErrNotFound.", "Get", params(jen.Id("id").Id(t.ID.Type.Name)), "Get", jen.Id("id"))
	w.readOne("GetForUpdate returns the "+t.Noun+" with that id, locked until the transaction ends, or ErrNotFound. It is for a tx: a call on a DB, which would lock nothing, is ErrOutsideTx.",
		"GetForUpdate", params(jen.Id("id").Id(t.ID.Type.Name)), "GetForUpdate", jen.Id("id"))
	for _, f := range t.Finders {
		w.finder(f)
	}
	w.method("Find returns the "+t.Nouns+" of a query, in its order and then by id.", "Find", query,
		params(jen.Index().Id(t.Doc), jen.Error()),
		jen.Return(w.codec("List", "t.in.Handle", "q.Query()")))
	w.method("First returns the first "+t.Noun+" of a query, and whether there is one.", "First", query,
		params(jen.Id(t.Var).Id(t.Doc), jen.Id("ok").Bool(), jen.Err().Error()),
		jen.List(jen.Id("ok"), jen.Err()).Op("=").Add(w.into("First", jen.Id("q.Query").Call())),
		w.maybe())
	w.method("Each returns the "+t.Nouns+" of a query, in its order and then by id, reading a batch at a time. An error ends it.", "Each", query,
		params(jen.Qual("iter", "Seq2").Types(jen.Id(t.Doc), jen.Error())),
		jen.Return(w.codec("Each", "t.in.Handle", "q.Query()")))
	w.method("Count returns how many "+t.Nouns+" match.", "Count", params(w.where()), params(jen.Int(), jen.Error()),
		jen.Return(call("t.in.Count", "ctx", w.desc(), "where.Expr()")))
	w.method("Exists reports whether "+t.A+" matches.", "Exists", params(w.where()), params(jen.Bool(), jen.Error()),
		jen.Return(call("t.in.Exists", "ctx", w.desc(), "where.Expr()")))
}

// readOne adds a method that reads one row.
func (w reading) readOne(comment, name string, in []jen.Code, function string, args ...jen.Code) {
	w.method(comment, name, in, params(jen.Id(w.t.Var).Id(w.t.Doc), jen.Err().Error()),
		jen.Err().Op("=").Add(w.into(function, args...)),
		jen.Return(ids(w.t.Var, "err")...))
}

func (w reading) finder(f *model.Finder) {
	var in []jen.Code
	function, args := "GetBy", []jen.Code{jen.Lit(strings.Join(f.Fields, ", "))}
	if f.Timed {
		function, args = "GetWhere", nil
	}
	for _, p := range f.Params {
		in = append(in, jen.Id(p.Name).Add(goType(p.Type)))
		arg := jen.Id(p.Name)
		if f.Timed {
			arg = rt("Equal").Call(jen.Lit(p.Column), arg)
		}
		args = append(args, arg)
	}
	w.readOne(f.Method+" returns the "+w.t.Noun+" with that "+f.Words+", or ErrNotFound.", f.Method, in, function, args...)
}
