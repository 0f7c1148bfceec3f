package nats_test

import (
	"context"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
	"github.com/authgen/authgen/runtime"
)

// A postman delivers at the second attempt.
type postman chan outbox.Delivery

func (p postman) Route(string) []string { return []string{"cms"} }

func (p postman) Limits() []outbox.Limits { return []outbox.Limits{{Endpoint: "cms", Ordered: true}} }

func (p postman) Deliver(_ context.Context, d outbox.Delivery) outbox.Outcome {
	if d.Attempt == 1 {
		return outbox.Outcome{Verdict: outbox.Retry, RetryAt: time.Now()}
	}
	p <- d
	return outbox.Outcome{Verdict: outbox.Delivered}
}

// TestDeliveriesThroughNATS makes the attempts of deliveries in a consumer of
// the stream: in order for each document, and each delivered once.
func TestDeliveriesThroughNATS(t *testing.T) {
	conn := connect(t)
	sink := newSink(t, conn)
	db := openOutbox(t)
	box := outbox.New(db)
	if err := sink.EnsureStream(t.Context(), sink.JobStream()); err != nil {
		t.Fatal(err)
	}
	const events = 3
	delivered := make(postman, 2*events)
	start(t, box, outbox.Config{Router: delivered, Deliverer: delivered, Engine: &forgetful{Sink: sink}})
	stop, err := work(t.Context(), stream(t, conn), sink.JobStream().Name, box.Runner(nil, delivered))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	table := &dialect.Table{Key: "user", Name: "user"}
	for range events {
		unit(t, db, func(ctx context.Context, tx *runtime.Tx) error {
			r := tx.Record(ctx, table, "ada", runtime.OperationUpdate, nil)
			r.Event("user.updated", struct{}{})
			return r.Err()
		})
	}
	last := int64(0)
	for n := range events {
		select {
		case d := <-delivered:
			if d.Sequence <= last || d.Attempt != 2 {
				t.Errorf("%d after %d, attempt %d", d.Sequence, last, d.Attempt)
			}
			last = d.Sequence
		case <-time.After(patience):
			t.Fatalf("%d of %d events", n, events)
		}
	}
	eventually(t, "all deliveries are over", func() bool {
		status, err := admin.New(db).Status(t.Context())
		return err == nil && len(status.Queues) == 1 && status.Queues[0].Delivered == events
	})
	if n := len(delivered); n != 0 {
		t.Errorf("%d deliveries too many", n)
	}
}
