package nats

import (
	"context"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/authgen/authgen/outbox"
)

// maxInFlight is how many messages of one Send wait for their acknowledgement at
// once. The client allows 4,000 to a connection's sink.
const maxInFlight = 500

// A document is what order is kept for.
type document struct{ table, id string }

// A batch is what one Send publishes, in rounds. A round holds one event of each
// document: a message can be lost on its way, with its connection or with the
// leader of the stream, while one behind it arrives, and what is published again
// then would be out of order.
type batch struct {
	*Sink
	failed  map[document]bool // documents whose later events must wait
	untaken []string
	cause   error // of the first entry that was not taken
}

// A message is an entry that is published, and not acknowledged yet.
type message struct {
	entry  outbox.Entry
	future jetstream.PubAckFuture
}

// round publishes what can be, waits for it, and returns the rest.
func (b *batch) round(ctx context.Context, due []outbox.Entry) (later []outbox.Entry) {
	busy := map[document]bool{}
	var sent []message
	for _, e := range due {
		doc, ordered := orderOf(e)
		switch {
		case ordered && b.failed[doc]:
			b.untaken = append(b.untaken, e.ID)
		case len(sent) == maxInFlight, ordered && busy[doc]:
			later = append(later, e)
		default:
			busy[doc] = ordered
			if future, err := b.publish(ctx, e); err != nil {
				b.fail(e, err)
			} else {
				sent = append(sent, message{e, future})
			}
		}
	}
	for _, m := range sent {
		if err := m.wait(ctx); err != nil {
			b.fail(m.entry, err)
		}
	}
	return later
}

// orderOf returns the document of an event, or that an entry is in no order.
func orderOf(e outbox.Entry) (document, bool) {
	return document{e.Table, e.DocumentID}, e.Kind == outbox.KindEvent
}

func (b *batch) publish(ctx context.Context, e outbox.Entry) (jetstream.PubAckFuture, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return b.stream.PublishMsgAsync(b.message(e))
}

// wait waits for the acknowledgement. That of a duplicate is one too.
func (m message) wait(ctx context.Context) error {
	select {
	case <-m.future.Ok():
		return nil
	case err := <-m.future.Err():
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (b *batch) fail(e outbox.Entry, err error) {
	if doc, ordered := orderOf(e); ordered {
		b.failed[doc] = true
	}
	b.untaken = append(b.untaken, e.ID)
	if b.cause == nil {
		b.cause = b.explain(e, err)
	}
}
