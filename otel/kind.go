package otelauthgen

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/runtime"
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
	{is: runtime.ErrCommitUnknown, name: "commit_unknown"},
	{is: runtime.ErrRejected, name: "rejected", answer: true},
	{is: runtime.ErrUnique, name: "unique"},
	{is: runtime.ErrForeignKey, name: "foreign_key"},
	{is: runtime.ErrValidation, name: "validation"},
	{is: runtime.ErrConflict, name: "conflict"},
	{is: runtime.ErrNotFound, name: "not_found", answer: true},
	{is: runtime.ErrDeletedByTrigger, name: "deleted_by_trigger"},
	{is: runtime.ErrImmutable, name: "immutable"},
	{is: runtime.ErrDepth, name: "depth"},
	{is: runtime.ErrWritten, name: "written"},
	{is: runtime.ErrConcurrentUse, name: "concurrent_use"},
	{is: runtime.ErrInsideTx, name: "inside_tx"},
	{is: runtime.ErrReadOnly, name: "read_only"},
	{is: outbox.ErrLeaseLost, name: "lease_lost"},
	{is: context.DeadlineExceeded, name: "timeout"},
	{is: context.Canceled, name: "canceled"},
	{is: driver.ErrBadConn, name: "connection_lost"},
	{is: runtime.ErrTxDone, name: "transaction_done"},
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
