package psql

import "github.com/stephenafamo/bob/dialect/psql/sm"

// lock locks the rows that a query reads.
var lock = sm.ForUpdate()
