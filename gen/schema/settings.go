package schema

import (
	"path"
	"slices"
	"strings"

	"github.com/authgen/authgen/gen/schema/internal/grammar"
	"github.com/authgen/authgen/gen/schema/internal/wording"
)

// A settingsReader reads the keys that are about the whole schema.
type settingsReader struct{ *draft }

// read sets what the file says, and refuses folders that collide.
func (r settingsReader) read(top *grammar.Value) {
	s := r.schema
	s.OutPos = top.PosOr("out", top.Pos)
	s.PackPos = top.PosOr("package", s.OutPos)
	s.Package = top.Text("package")
	if out := top.Text("out"); out != "" {
		s.Out = out
	}
	if triggers := top.Text("triggers"); triggers != "" {
		s.Triggers = triggers
	}
	// Some file systems do not distinguish capitals from small letters.
	if out := top.Text("out"); out != "" && strings.EqualFold(path.Clean(out), path.Clean(s.Triggers)) {
		r.problems.Add(top.PosOr("triggers", s.OutPos),
			`"out" and "triggers" are the same folder, %s; the generated package and yours import each other's types, so give each its own`, wording.Quote(s.Out))
	}
	if dialects := top.All("dialects"); len(dialects) > 0 {
		s.Dialects = slices.DeleteFunc(s.Dialects, func(d Dialect) bool {
			return !slices.ContainsFunc(dialects, func(v *grammar.Value) bool { return v.Node.Text == string(d) })
		})
	}
	if naming := top.Get("naming"); naming != nil {
		s.Naming.Tables = TableNaming(naming.TextOr("tables", "asIs"))
		s.Naming.Columns = ColumnNaming(naming.TextOr("columns", "asIs"))
	}
	s.IDs = IDStrategy(top.TextOr("ids", string(NanoID)))
	for _, u := range top.All("use") {
		s.Use = append(s.Use, u.Node.Text)
	}
}
