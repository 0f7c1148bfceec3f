package sqlite

import (
	"github.com/stephenafamo/bob"
	"github.com/stephenafamo/bob/dialect/sqlite/dialect"
)

// lock does nothing: a transaction that writes has locked the whole database.
var lock = bob.ModFunc[*dialect.SelectQuery](func(*dialect.SelectQuery) {})
