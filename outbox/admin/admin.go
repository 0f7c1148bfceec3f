package admin

import (
	"github.com/authgen/authgen/outbox/internal/queue"
	"github.com/authgen/authgen/runtime"
)

// An Admin looks at the outbox of a database, and changes what is in it. It may be used
// by several goroutines.
//
// A relay finds what an Admin has changed when it polls next, within a second by
// default. [outbox.Relay.Wake] lets a relay of the same process find it at once.
type Admin struct {
	db    *runtime.DB
	queue *queue.DB
}

// New returns the Admin of the outbox of a database, which is db.Outbox() of the
// generated package.
func New(db *runtime.DB) *Admin { return &Admin{db: db, queue: queue.Open(db)} }
