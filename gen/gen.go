// Package gen is the generator as a library. It takes the text of a schema.yaml and
// returns the files of a Go package. It reads and writes no files itself.
package gen

import (
	"github.com/authgen/authgen/gen/emit"
	"github.com/authgen/authgen/gen/model"
	"github.com/authgen/authgen/gen/schema"
)

// Load reads a schema.yaml. File is the path that messages show. It returns the Model, or
// nil and all problems of the schema, sorted by position.
func Load(file string, src []byte) (*model.Model, []schema.Problem) {
	s, problems := schema.Parse(file, src)
	m, more := model.Build(s)
	if problems = schema.SortProblems(append(problems, more...)); len(problems) > 0 {
		return nil, problems
	}
	return m, nil
}

// Files returns the generated files, Go and SQL, by path relative to the folder of the
// schema, with slashes, such as "auth/user.go". The same model always gives the same bytes.
// An error is a bug in authgen.
func Files(m *model.Model) (map[string][]byte, error) { return emit.Files(m) }
