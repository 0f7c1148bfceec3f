package emit

import (
	"github.com/authgen/authgen/gen/model"
	"github.com/dave/jennifer/jen"
)

// triggersFile writes triggers.go: the interface that the user implements, and
// the types that replace an implementation in tests.
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
	declare(f, "NoTriggers does nothing at each trigger. Tests use it, and embed it to write only some.", jen.Type().Id("NoTriggers").Struct(jen.Id("triggerFuncs")))
	declare(f, "", jen.Var().Id("_").Id("Triggers").Op("=").Id("NoTriggers").Values())
	declare(f, "TriggerFuncs are triggers as functions, for tests: one that is nil does nothing. They may be set at any time when no trigger runs.",
		jen.Type().Id("TriggerFuncs").StructFunc(func(g *jen.Group) {
			for _, m := range m.Triggers() {
				g.Id(m.Name).Func().Params(triggerParams(m, true)...).Error()
			}
		}))
	declare(f, "Triggers returns the functions as what Open takes.",
		jen.Func().Params(jen.Id("f").Op("*").Id("TriggerFuncs")).Id("Triggers").Params().Id("Triggers").Block(jen.Return(jen.Id("triggerFuncs").Values(jen.Id("f")))))
	declare(f, "", jen.Type().Id("triggerFuncs").Struct(jen.Id("funcs").Op("*").Id("TriggerFuncs")))
	declare(f, "Chain returns triggers that run all of the given ones in turn. Each sees what the one before changed; the first error ends the turn.",
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
	var args []string
	for _, p := range m.Params {
		args = append(args, p.Name)
	}
	declare(f, "", jen.Func().Params(jen.Id("t").Id("triggerFuncs")).Id(m.Name).Params(triggerParams(m, true)...).Error().Block(
		jen.If(jen.Id("t.funcs").Op("==").Nil().Op("||").Id("t.funcs."+m.Name).Op("==").Nil()).Block(jen.Return(jen.Nil())),
		jen.Return(call("t.funcs."+m.Name, args...))))
	declare(f, "", jen.Func().Params(jen.Id("c").Id("chain")).Id(m.Name).Params(triggerParams(m, true)...).Error().Block(
		jen.Return(jen.Id("c.each").Call(jen.Func().Params(jen.Id("t").Id("Triggers")).Error().Block(jen.Return(call("t."+m.Name, args...)))))))
}
