package schema

import (
	"regexp"

	"github.com/authgen/authgen/gen/schema/internal/grammar"
	"github.com/authgen/authgen/gen/schema/internal/wording"
)

// The rules for texts: names, folders, Go types and doc comments.
var (
	printable = &grammar.Rule{
		Pattern: regexp.MustCompile(`^[^\x00-\x1f\x7f-\x9f` + wording.Invisible + `]+$`),
		Want:    "text of at least one character, without control or invisible characters",
		Any:     true,
	}
	folder = &grammar.Rule{
		Pattern: regexp.MustCompile(`^[^/~\\\x00-\x1f\x7f-\x9f` + wording.Invisible + `][^\\\x00-\x1f\x7f-\x9f` + wording.Invisible + `]*$`),
		Want:    `a folder relative to this file, such as "./auth", with "/" between its parts`,
	}
	goTypeName = &grammar.Rule{
		Pattern: regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._~/-]*\.[A-Za-z_][A-Za-z0-9_]*$`),
		Want:    `an import path, a dot and a name, such as "github.com/shopspring/decimal.Decimal"`,
	}
	prose = &grammar.Rule{
		Pattern: regexp.MustCompile(`^[^\x00-\x08\x0b-\x1f\x7f-\x9f` + wording.Misleading + `]+$`),
		Want:    "text of at least one character, without control or invisible characters",
		Any:     true,
	}
)

// eventKey matches the keys of events.
var eventKey = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*$`)
