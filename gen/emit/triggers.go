package emit

import (
	"github.com/authgen/authgen/gen/model"
	"github.com/dave/jennifer/jen"
)

// triggersFile writes triggers.go: the interface that the user implements, and
// two implementations of it.
func triggersFile(m *model.Model) *jen.File {
	f := newFile(m)
	declare(f, "Triggers are the triggers that schema.yaml declares: the methods that the application writes. Each runs in the transaction of the write that fires it, and may run more than once for one committed write, when the transaction is retried after a conflict.",
		jen.Type().Id("Triggers").InterfaceFunc(func(g *jen.Group) {
			for _, t := range m.Tables {
				if len(t.Methods) > 0 {
					g.Id(t.Triggers)
				}
			}
		}))
	declare(f, "NoTriggers does nothing at each trigger. Tests use it, and embed it to write only some.", jen.Type().Id("NoTriggers").Struct())
	declare(f, "", jen.Var().Id("_").Id("Triggers").Op("=").Id("NoTriggers").Values())
	declare(f, "Chain returns triggers that run each of all in turn, each seeing what the one before left. The first error ends the turn.",
		jen.Func().Id("Chain").Params(jen.Id("all").Op("...").Id("Triggers")).Id("Triggers").Block(jen.Return(call("chain", "all"))))
	declare(f, "", jen.Type().Id("chain").Index().Id("Triggers"))
	declare(f, "", jen.Func().Params(jen.Id("c").Id("chain")).Id("each").Params(jen.Id("run").Func().Params(jen.Id("Triggers")).Error()).Error().Block(
		jen.For(jen.List(jen.Id("_"), jen.Id("t")).Op(":=").Range().Id("c")).Block(ifErr(call("run", "t"))),
		jen.Return(jen.Nil())))
	for _, m := range m.Triggers() {
		trigger(f, m)
	}
	return f
}

// trigger adds a trigger to both implementations.
func trigger(f *jen.File, m *model.Trigger) {
	declare(f, m.Name+" does nothing.",
		jen.Func().Params(jen.Id("NoTriggers")).Id(m.Name).Params(triggerParams(m, false)...).Error().Op("{ return nil }"))
	var args []string
	for _, p := range m.Params {
		args = append(args, p.Name)
	}
	declare(f, "", jen.Func().Params(jen.Id("c").Id("chain")).Id(m.Name).Params(triggerParams(m, true)...).Error().Block(
		jen.Return(jen.Id("c.each").Call(jen.Func().Params(jen.Id("t").Id("Triggers")).Error().Block(jen.Return(call("t."+m.Name, args...)))))))
}
