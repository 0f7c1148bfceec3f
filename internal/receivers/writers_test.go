package receivers

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// A told is how often receivers are to be told of what, by document and type.
type told map[string]map[string]int

func (t told) add(document, eventType string, n int) {
	if t[document] == nil {
		t[document] = map[string]int{}
	}
	t[document][eventType] += n
}

// clone returns a copy.
func (t told) clone() told {
	c := told{}
	for document, types := range t {
		c[document] = maps.Clone(types)
	}
	return c
}

// writers write through the generated adapter, several at once, until there are
// enough events: each its own desks with their tickets, and all of them a few
// tickets in common. About every tenth transaction is rolled back.
type writers struct {
	dbs    []*auth.DB // of the processes that write
	common []auth.TicketID
	enough int64

	events, undone atomic.Int64

	mu   sync.Mutex
	want told
}

// run writes with so many goroutines.
func (w *writers) run(ctx context.Context, goroutines int, seed uint64) error {
	errs := make([]error, goroutines)
	var all sync.WaitGroup
	for i := range goroutines {
		one := &writer{writers: w, db: w.dbs[i%len(w.dbs)], rand: rand.New(rand.NewPCG(seed, uint64(i)))}
		all.Go(func() {
			for errs[i] == nil && w.events.Load() < w.enough {
				errs[i] = one.write(ctx)
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// committed notes what receivers are to be told.
func (w *writers) committed(want told) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for document, types := range want {
		for eventType, n := range types {
			w.want.add(document, eventType, n)
			w.events.Add(int64(n))
		}
	}
}

// prepare stores what writers have in common: tickets of one desk.
func (w *writers) prepare(ctx context.Context, tickets int) error {
	u := &unit{Tables: w.dbs[0].Tables, want: told{}}
	if err := u.open(ctx); err != nil {
		return err
	}
	for range tickets {
		if err := u.add(ctx); err != nil {
			return err
		}
	}
	w.common = u.desks[0].tickets
	w.committed(u.want)
	return nil
}

// A writer is one of them.
type writer struct {
	*writers
	db    *auth.DB
	rand  *rand.Rand
	desks []desk // its own, as they are committed
	n     int    // counts the values it has written
}

// A desk is a row with those that refer to it.
type desk struct {
	id      auth.DeskID
	tickets []auth.TicketID
}

func clone(desks []desk) []desk {
	c := slices.Clone(desks)
	for i := range c {
		c[i].tickets = slices.Clone(c[i].tickets)
	}
	return c
}

// errUndone rolls back.
var errUndone = errors.New("the transaction is to be undone")

// write runs a transaction of some steps, or one step without.
func (w *writer) write(ctx context.Context) error {
	if w.rand.IntN(3) == 0 {
		u := w.unit(w.db.Tables)
		if err := u.step(ctx); err != nil {
			return err
		}
		w.desks, w.n = u.desks, u.n
		w.committed(u.want)
		return nil
	}
	undo := w.rand.IntN(7) == 0
	var u *unit
	err := w.db.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
		u = w.unit(tx.Tables)
		u.void = undo
		for range 1 + w.rand.IntN(4) {
			if err := u.step(ctx); err != nil {
				return err
			}
		}
		if w.rand.IntN(8) == 0 {
			if err := u.nested(ctx, tx); err != nil {
				return err
			}
		}
		// The last, as others wait for who has the row.
		if i := w.rand.IntN(4 * len(w.common)); i < len(w.common) {
			if err := u.count(ctx, w.common[i]); err != nil {
				return err
			}
		}
		if undo {
			return errUndone
		}
		return nil
	})
	switch {
	case undo && errors.Is(err, errUndone):
		w.undone.Add(1)
		return nil
	case err != nil:
		return err
	}
	w.desks, w.n = u.desks, u.n
	w.committed(u.want)
	return nil
}

// A unit is what one transaction does.
type unit struct {
	auth.Tables
	rand  *rand.Rand
	desks []desk
	n     int
	want  told
	void  bool // it is going to be undone
}

func (w *writer) unit(tables auth.Tables) *unit {
	return &unit{Tables: tables, rand: w.rand, desks: clone(w.desks), n: w.n, want: told{}}
}

// voidMark is in what nobody must ever see.
const voidMark = "void"

// text returns one that was not there before.
func (u *unit) text() string {
	u.n++
	if u.void {
		return fmt.Sprint(voidMark, " ", u.n)
	}
	return fmt.Sprint("text ", u.n)
}

// step does one write, by chance.
func (u *unit) step(ctx context.Context) error {
	if len(u.desks) < 3 {
		return u.open(ctx)
	}
	i := u.rand.IntN(len(u.desks))
	u.desks[0], u.desks[i] = u.desks[i], u.desks[0]
	switch chance := u.rand.IntN(100); {
	case chance < 3 && len(u.desks) > 4:
		return u.close(ctx)
	case chance < 8:
		return u.open(ctx)
	case chance < 35 || len(u.desks[0].tickets) == 0:
		return u.add(ctx)
	case chance < 55:
		return u.retitle(ctx)
	case chance < 65:
		return u.lock(ctx)
	case chance < 75:
		return u.rename(ctx)
	case chance < 85:
		return u.countAll(ctx)
	case chance < 97:
		return u.remove(ctx)
	}
	return u.removeAll(ctx)
}

// ticket returns one of the first desk, which has some.
func (u *unit) ticket() auth.TicketID {
	of := u.desks[0].tickets
	return of[u.rand.IntN(len(of))]
}

// nested does a step in a savepoint that is undone.
func (u *unit) nested(ctx context.Context, tx *auth.Tx) error {
	before := unit{desks: clone(u.desks), want: u.want.clone(), void: u.void}
	err := tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
		u.void = true
		if err := u.step(ctx); err != nil {
			return err
		}
		return errUndone
	})
	u.desks, u.want, u.void = before.desks, before.want, before.void
	if errors.Is(err, errUndone) {
		return nil
	}
	return err
}

func (u *unit) open(ctx context.Context) error {
	d, err := u.Desk.Create(ctx, auth.DeskCreate{Name: u.text()})
	u.desks = slices.Insert(u.desks, 0, desk{id: d.ID})
	u.want.add(string(d.ID), "desk.opened", 1)
	return err
}

func (u *unit) rename(ctx context.Context) error {
	d := u.desks[0].id
	u.want.add(string(d), "desk.changed", 1)
	_, err := u.Desk.Update(ctx, d, auth.DeskPatch{Name: auth.Set(u.text())})
	return err
}

// close deletes a desk, and its tickets with it.
func (u *unit) close(ctx context.Context) error {
	d := u.desks[0]
	u.desks = u.desks[1:]
	for _, k := range d.tickets {
		u.want.add(string(k), "ticket.deleted", 1)
	}
	u.want.add(string(d.id), "desk.closed", 1)
	return u.Desk.Delete(ctx, d.id)
}

func (u *unit) add(ctx context.Context) error {
	d := &u.desks[0]
	k, err := u.Ticket.Create(ctx, auth.TicketCreate{DeskID: d.id, Title: u.text(), Pin: auth.NewSecret("pin")})
	d.tickets = append(d.tickets, k.ID)
	u.want.add(string(k.ID), "ticket.created", 1)
	return err
}

// retitle is two events of one write.
func (u *unit) retitle(ctx context.Context) error {
	k := u.ticket()
	u.want.add(string(k), "ticket.updated", 1)
	u.want.add(string(k), "ticket.retitled", 1)
	_, err := u.Ticket.Update(ctx, k, auth.TicketPatch{Title: auth.Set(u.text())})
	return err
}

// lock gives a ticket another pin, which nobody is told.
func (u *unit) lock(ctx context.Context) error {
	k := u.ticket()
	u.want.add(string(k), "ticket.updated", 1)
	u.want.add(string(k), "ticket.pin_changed", 1)
	_, err := u.Ticket.Update(ctx, k, auth.TicketPatch{Pin: auth.Set(auth.NewSecret(u.text()))})
	return err
}

// count adds one to a ticket.
func (u *unit) count(ctx context.Context, k auth.TicketID) error {
	u.want.add(string(k), "ticket.updated", 1)
	_, ok, err := u.Ticket.IncrementOne(ctx, auth.TicketCols.ID.Eq(k), auth.TicketDelta{Hits: 1}, auth.TicketPatch{})
	if err == nil && !ok {
		err = fmt.Errorf("there is no ticket %s", k)
	}
	return err
}

// countAll changes all tickets of a desk at once.
func (u *unit) countAll(ctx context.Context) error {
	d := u.desks[0]
	for _, k := range d.tickets {
		u.want.add(string(k), "ticket.updated", 1)
	}
	u.n++
	_, err := u.Ticket.UpdateMany(ctx, auth.TicketCols.DeskID.Eq(d.id), auth.TicketPatch{Hits: auth.Set(u.n)})
	return err
}

func (u *unit) remove(ctx context.Context) error {
	d, k := &u.desks[0], u.ticket()
	d.tickets = slices.DeleteFunc(d.tickets, func(one auth.TicketID) bool { return one == k })
	u.want.add(string(k), "ticket.deleted", 1)
	return u.Ticket.Delete(ctx, k)
}

// removeAll deletes all tickets of a desk at once.
func (u *unit) removeAll(ctx context.Context) error {
	d := &u.desks[0]
	for _, k := range d.tickets {
		u.want.add(string(k), "ticket.deleted", 1)
	}
	d.tickets = nil
	_, err := u.Ticket.DeleteMany(ctx, auth.TicketCols.DeskID.Eq(d.id))
	return err
}
