package emit

import (
	"fmt"

	"github.com/authgen/authgen/gen/model"
	"github.com/dave/jennifer/jen"
)

// reading adds the calls that read.
func (w *tableWriter) reading() {
	t := w.t
	one := params(jen.Id(t.Doc), jen.Error())
	query := params(jen.Id("q").Id(t.Query))
	w.method("Get returns the "+t.Noun+" with that id, or ErrNotFound.", "Get", params(jen.Id("id").Id(t.ID.Type.Name)), one,
		jen.Return(w.codec("Get", "t.s.Session", t.Desc+".ByID", "id")))
	w.method("GetForUpdate returns the "+t.Noun+" with that id, locked until the transaction ends, or ErrNotFound. It is for a tx: a call on a DB, which would lock nothing, is ErrOutsideTx.", "GetForUpdate",
		params(jen.Id("id").Id(t.ID.Type.Name)), one, jen.Return(w.codec("GetForUpdate", "t.s.Session", "id")))
	for _, f := range t.Finders {
		w.finder(f)
	}
	w.method("Find returns the "+t.Nouns+" of a query, in its order and then by id.", "Find", query,
		params(jen.Index().Id(t.Doc), jen.Error()),
		jen.Return(w.codec("List", "t.s.Session", "q.Query()")))
	w.method("First returns the first "+t.Noun+" of a query, and whether there is one.", "First", query,
		params(jen.Id(t.Doc), jen.Bool(), jen.Error()),
		jen.Return(w.codec("First", "t.s.Session", "q.Query()")))
	w.method("Each returns the "+t.Nouns+" of a query, in its order and then by id, reading a batch at a time. An error ends it.", "Each", query,
		params(jen.Qual("iter", "Seq2").Types(jen.Id(t.Doc), jen.Error())),
		jen.Return(w.codec("Each", "t.s.Session", "q.Query()")))
	w.method("Count returns how many "+t.Nouns+" match.", "Count", params(w.where()), params(jen.Int(), jen.Error()),
		jen.Return(call("t.s.Count", "ctx", w.desc(), "where.Expr()")))
	w.method("Exists reports whether "+t.A+" matches.", "Exists", params(w.where()), params(jen.Bool(), jen.Error()),
		jen.Return(call("t.s.Exists", "ctx", w.desc(), "where.Expr()")))
}

func (w *tableWriter) finder(f *model.Finder) {
	t := w.t
	var list []jen.Code
	get, args := "Get", []string{f.Var}
	if f.Timed {
		get, args = "GetWhere", nil
	}
	for _, p := range f.Params {
		list = append(list, jen.Id(p.Name).Add(goType(p.Type)))
		arg := p.Name
		if f.Timed {
			arg = fmt.Sprintf("runtime.Equal(%q, %s)", p.Column, p.Name)
		}
		args = append(args, arg)
	}
	w.method(f.Method+" returns the "+t.Noun+" with that "+f.Words+", or ErrNotFound.", f.Method, list, params(jen.Id(t.Doc), jen.Error()),
		jen.Return(w.codec(get, "t.s.Session", args...)))
}
