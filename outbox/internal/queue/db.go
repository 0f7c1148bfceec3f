package queue

import (
	"context"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/runtime"
)

// A DB runs units of work on the tables of the outbox. What it writes queues with the
// program's own writers, and is retried after a conflict.
type DB struct {
	db   *runtime.DB
	turn chan struct{} // holds a token while this DB writes; nil where writers need no queue
}

// Open returns the DB of an outbox. Its clock is that of the database.
func Open(db *runtime.DB) *DB {
	d := &DB{db: db}
	if db.Kind().Words().OneWriter() {
		d.turn = make(chan struct{}, 1)
	}
	return d
}

// Now returns the time of the database's clock, in Unix milliseconds.
func (d *DB) Now() int64 { return d.db.Now().UnixMilli() }

// In returns the time after a while, in Unix milliseconds.
func (d *DB) In(after time.Duration) int64 { return d.Now() + after.Milliseconds() }

// SingleWriter reports whether one transaction at a time can write.
func (d *DB) SingleWriter() bool { return d.turn != nil }

// Write runs fn as a unit of work. It may run more than once.
//
// Where one transaction at a time can write, the writers of the outbox wait for each
// other before they queue with those of the program. Otherwise a writer of the program
// would wait for every attempt that begins or ends just then, and not for one.
func (d *DB) Write(ctx context.Context, fn func(context.Context, *Tx) error) error {
	mine := false
	defer func() {
		if mine {
			<-d.turn
		}
	}()
	return d.unit(ctx, 0, func(ctx context.Context, tx *Tx) error {
		if d.turn != nil && !mine {
			select {
			case d.turn <- struct{}{}:
				mine = true
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return fn(ctx, tx)
	})
}

// Read runs fn as a unit of work that writes nothing and waits for no writer.
func (d *DB) Read(ctx context.Context, fn func(context.Context, *Tx) error) error {
	return d.unit(ctx, authgen.ReadOnly, fn)
}

func (d *DB) unit(ctx context.Context, options authgen.TxOption, fn func(context.Context, *Tx) error) error {
	return d.db.Unit(ctx, options|authgen.Replan, func(ctx context.Context, unit *runtime.Tx) error {
		return fn(ctx, d.tx(unit))
	})
}

// tx returns the statements of a unit of work.
func (d *DB) tx(unit *runtime.Tx) *Tx {
	return &Tx{words: d.db.Kind().Words(), session: runtime.Handle{DB: d.db, Unit: unit}}
}

// storing is how long it may take to store what has happened after the relay was told
// to stop.
const storing = 10 * time.Second

// WriteThrough is Write of something that has happened already: it is stored although
// ctx has ended, within some seconds.
func (d *DB) WriteThrough(ctx context.Context, fn func(context.Context, *Tx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storing)
	defer cancel()
	return d.Write(ctx, fn)
}

// Time returns the time of Unix milliseconds, in UTC.
func Time(millis int64) time.Time { return time.UnixMilli(millis).UTC() }

// TimeOrZero is Time of a column that may be null, which gives the zero time.
func TimeOrZero(millis *int64) time.Time {
	if millis == nil {
		return time.Time{}
	}
	return Time(*millis)
}
