package stub

import (
	"fmt"
	"go/format"
	"maps"
)

// startFile is the file that declares Triggers in a new package.
const startFile = "triggers.go"

const startText = `// Package %[1]s has the triggers that schema.yaml declares. They run in the transaction
// that creates, updates or deletes a document.
package %[1]s

import %[2]s

// Triggers has one method for each trigger. Give it a field for what your triggers need,
// such as a mailer or a logger.
type Triggers struct{}

// If this line does not compile, the error names a trigger that is missing or has
// another signature.
var _ %[3]s.Triggers = (*Triggers)(nil)
`

// start returns a new trigger package: the type, and a stub for each method. A schema
// without triggers needs no such package.
func start(req Request) (Result, error) {
	if len(req.Methods) == 0 {
		return Result{}, nil
	}
	text := fmt.Sprintf(startText, req.Package, importSpec(req.ImportName, req.Import), req.ImportName)
	src, err := format.Source([]byte(text))
	if err != nil {
		return Result{}, fmt.Errorf("new trigger package %q: %w", req.Package, err)
	}
	files := map[string][]byte{startFile: src}
	req.Files = files
	res, err := Insert(req)
	if err != nil {
		return Result{}, err
	}
	res.Files = maps.Clone(res.Files)
	if res.Files[startFile] == nil {
		res.Files[startFile] = src
	}
	return res, nil
}
