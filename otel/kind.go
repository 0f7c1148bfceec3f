package otelauthgen

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/outbox"
)

// A kind is what is told of an error. Its text is not, as a driver's may quote
// values.
type kind struct {
	is     error
	name   string
	answer bool // what the caller asked for has this answer: nothing has failed
}

// kinds is in order of what says most: an error may be several of them.
var kinds = []kind{
	{is: authgen.ErrCommitUnknown, name: "commit_unknown"},
	{is: authgen.ErrRejected, name: "rejected", answer: true},
	{is: authgen.ErrUnique, name: "unique"},
	{is: authgen.ErrForeignKey, name: "foreign_key"},
	{is: authgen.ErrValidation, name: "validation"},
	{is: authgen.ErrConflict, name: "conflict"},
	{is: authgen.ErrNotFound, name: "not_found", answer: true},
	{is: authgen.ErrDeletedByTrigger, name: "deleted_by_trigger"},
	{is: authgen.ErrImmutable, name: "immutable"},
	{is: authgen.ErrDepth, name: "depth"},
	{is: authgen.ErrWritten, name: "written"},
	{is: authgen.ErrConcurrentUse, name: "concurrent_use"},
	{is: authgen.ErrInsideTx, name: "inside_tx"},
	{is: authgen.ErrReadOnly, name: "read_only"},
	{is: outbox.ErrLeaseLost, name: "lease_lost"},
	{is: context.DeadlineExceeded, name: "timeout"},
	{is: context.Canceled, name: "canceled"},
	{is: driver.ErrBadConn, name: "connection_lost"},
	{is: authgen.ErrTxDone, name: "transaction_done"},
}

// other is the name that the semantic conventions keep for an error of no kind.
const other = "_OTHER"

// kindOf returns the kind of an error.
func kindOf(err error) kind {
	for _, k := range kinds {
		if errors.Is(err, k.is) {
			return k
		}
	}
	return kind{name: other}
}
