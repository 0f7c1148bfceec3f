// Package gen is the generator as a library: the text of a schema.yaml in, the
// files of a Go package out. It is pure; whoever calls it reads and writes.
package gen

import (
	"github.com/authgen/authgen/gen/emit"
	"github.com/authgen/authgen/gen/model"
	"github.com/authgen/authgen/gen/schema"
)

// Load reads a schema.yaml. File is the path that messages show. The Model is
// nil if there are problems, which are all there are, sorted by position: a
// name that cannot be generated is reported beside a misspelled key.
func Load(file string, src []byte) (*model.Model, []schema.Problem) {
	s, problems := schema.Parse(file, src)
	m, more := model.Build(s)
	if problems = schema.SortProblems(append(problems, more...)); len(problems) > 0 {
		return nil, problems
	}
	return m, nil
}

// Files returns the generated files, Go and SQL, by path relative to the
// folder of the schema, with slashes: "auth/user.go". The same model gives the
// same bytes, always. An error is a fault of authgen.
func Files(m *model.Model) (map[string][]byte, error) { return emit.Files(m) }
