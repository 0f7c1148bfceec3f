package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/authgen/authgen/outbox/internal/queue"
)

// An attempt names one attempt of a delivery: it is the body of its entry.
type attempt struct {
	Endpoint string `json:"endpoint"`
	Event    string `json:"event"`
	Attempt  int    `json:"attempt"`
}

// id returns the ID of the entry. The time at which the delivery was due is in it, so
// that an attempt that was given up, or is made again after a replay, is not taken for
// one that the engine has had.
func (a attempt) id(dueAt int64) string {
	return a.Endpoint + "/" + a.Event + "/" + strconv.Itoa(a.Attempt) + "/" + strconv.FormatInt(dueAt, 10)
}

func (a attempt) inQueue() queue.Attempt {
	return queue.Attempt{Endpoint: a.Endpoint, EventID: a.Event, Number: a.Attempt}
}

// delivery returns an event as a Deliverer gets it.
func (a attempt) delivery(e *queue.Event) Delivery {
	return Delivery{
		Endpoint: a.Endpoint, Attempt: a.Attempt, EventID: e.ID, Type: e.Type, Table: e.Document.Table, DocumentID: e.Document.ID,
		Sequence: e.Sequence, Operation: e.Operation, OccurredAt: queue.Time(e.OccurredAt), Body: e.JSON(),
	}
}

// attemptEntry returns the entry of a delivery that is leased.
func attemptEntry(d *queue.Delivery) Entry {
	a := attempt{Endpoint: d.Endpoint, Event: d.Event.ID, Attempt: d.Attempt}
	entry := Entry{
		ID: a.id(d.Due), Kind: KindDelivery, Type: d.Event.Type, Endpoint: d.Endpoint, Table: d.Event.Document.Table, DocumentID: d.Event.Document.ID,
		Sequence: d.Event.Sequence, Due: queue.Time(d.Due), Until: queue.Time(d.Until),
	}
	entry.Body, _ = json.Marshal(a) // strings and a number can always be encoded
	if d.Begun {
		delivery := a.delivery(&d.Event)
		entry.begun = &delivery
	}
	return entry
}

// elsewhere is how long a delivery waits that came to a process which does not know its
// endpoint, as others may.
const elsewhere = time.Minute

// An UnknownEndpointError is a delivery to an endpoint that this process does not have.
// It stays pending.
type UnknownEndpointError struct{ Endpoint string }

// Error names the endpoint and the fix.
func (e *UnknownEndpointError) Error() string {
	return fmt.Sprintf("outbox: there is no endpoint %q here, so its deliveries wait: configure it, or cancel them", e.Endpoint)
}

// Attempt makes the attempt of a delivery that an engine was handed as an entry. It
// calls d once and stores the outcome, and returns nil whatever that is. It also returns
// nil, and does nothing, for an entry that comes late or twice, whose delivery is no
// longer at that attempt. An engine of this package must hand an entry over once only,
// as its attempts begin when they are leased.
//
// An error says that nothing was attempted, or that the outcome could not be stored. The
// delivery then becomes due again by itself, when its lease ends. A panic of d is an
// attempt that failed. If ctx ends during the attempt, and the endpoint has not taken
// the event, the attempt is not counted.
func (o *Outbox) Attempt(ctx context.Context, entry Entry, d Deliverer) error {
	var a attempt
	if err := json.Unmarshal(entry.Body, &a); err != nil || entry.Kind != KindDelivery {
		return fmt.Errorf("outbox: entry %q is not an attempt of a delivery", entry.ID)
	}
	l, ok := limitsOf(d, a.Endpoint)
	if !ok {
		return errors.Join(&UnknownEndpointError{Endpoint: a.Endpoint}, o.giveBack(ctx, a, elsewhere))
	}
	delivery, ok, err := o.begin(ctx, entry, a, l)
	if err != nil || !ok {
		return err
	}
	traced, done := o.trace(ctx, Span{Name: SpanAttempt, Endpoint: a.Endpoint, EventID: a.Event, Type: delivery.Type, Attempt: a.Attempt})
	outcome := o.deliver(traced, d, l, delivery)
	if ctx.Err() != nil && outcome.Verdict != Delivered {
		err = o.giveBack(ctx, a, 0)
	} else {
		err = o.store(ctx, a, l, delivery, outcome)
	}
	if err != nil {
		outcome = Outcome{Error: outcome.Error}
	}
	done(SpanEnd{Outcome: outcome, Err: err})
	o.relays.wake((*Relay).lookForDeliveries)
	return err
}

func limitsOf(d Deliverer, endpoint string) (Limits, bool) {
	for _, l := range d.Limits() {
		if l.Endpoint == endpoint {
			return l, true
		}
	}
	return Limits{}, false
}

// begin returns what to deliver. An attempt that began when it was leased has read it
// there, and goes on unless its lease may end before it does, for example because the
// lease took long to commit.
func (o *Outbox) begin(ctx context.Context, entry Entry, a attempt, l Limits) (d Delivery, ok bool, err error) {
	switch {
	case entry.begun == nil:
		event, ok, err := o.queue.Deliveries().Begin(ctx, a.inQueue(), l.timeout()+o.grace)
		if err != nil || !ok {
			return Delivery{}, false, err
		}
		return a.delivery(&event), true, nil
	case o.db.Now().Add(l.timeout()).After(entry.Until):
		err := o.giveBack(ctx, a, 0)
		o.relays.wake((*Relay).lookForDeliveries)
		return Delivery{}, false, err
	}
	return *entry.begun, true, nil
}

// deliver calls the deliverer. What it does wrong is an attempt that failed.
func (o *Outbox) deliver(ctx context.Context, d Deliverer, l Limits, delivery Delivery) (outcome Outcome) {
	ctx, cancel := context.WithTimeout(ctx, l.timeout())
	defer cancel()
	err := safely(func() error {
		outcome = d.Deliver(ctx, delivery)
		if outcome.Verdict < Delivered || outcome.Verdict > DisableEndpoint {
			return errors.New("the deliverer returned no verdict")
		}
		return nil
	})
	if err != nil {
		o.log().LogAttrs(ctx, slog.LevelError, "outbox: an attempt to deliver went wrong", slog.String("endpoint", l.Endpoint), slog.String("event", delivery.EventID), slog.Any("error", err))
		outcome = Outcome{Verdict: Retry, Error: err.Error(), RetryAt: o.db.Now().Add(elsewhere)}
	}
	outcome.Error = queue.Text(outcome.Error)
	return outcome
}

// store stores the outcome of an attempt, and tells the log.
func (o *Outbox) store(ctx context.Context, a attempt, l Limits, d Delivery, outcome Outcome) error {
	ended := queue.Outcome{
		Attempt: a.inQueue(), Document: queue.Document{Table: d.Table, ID: d.DocumentID}, Ordered: l.Ordered,
		State: queue.Pending, RetryAt: o.queue.Now(), Status: outcome.Status, Error: outcome.Error,
	}
	switch outcome.Verdict {
	case Delivered:
		ended.State = queue.Delivered
	case Exhausted:
		ended.State = queue.Exhausted
	case Retry:
		ended.RetryAt = outcome.RetryAt.UnixMilli()
	case DisableEndpoint:
		ended.Disable = true
	}
	stored, err := o.outcomes.Store(ctx, ended)
	if err == nil {
		o.tell(ctx, d, outcome, stored.Mine, stored.Disabled)
	}
	return err
}

// giveBack makes a delivery due again after a while, as if the attempt had not been.
func (o *Outbox) giveBack(ctx context.Context, a attempt, after time.Duration) error {
	return o.queue.Deliveries().GiveBack(ctx, a.inQueue(), after)
}
