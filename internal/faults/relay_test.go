package faults

import (
	"context"
	"encoding/base64"
	"errors"
	"time"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/webhook"
)

// secret is what deliveries are signed with.
var secret = "whsec_" + base64.StdEncoding.EncodeToString([]byte("a secret for tests, of 32 bytes."))

// relayUntilStopped is the role of a process that hands over what others write.
func relayUntilStopped(ctx context.Context, o order, p *program) error {
	return p.relay(ctx, o)
}

// relay hands over until ctx ends: events to a webhook endpoint and to two
// sinks, and jobs to their handler.
func (p *program) relay(ctx context.Context, o order) error {
	width := max(o.Width, 1)
	sender, err := webhook.New([]webhook.Endpoint{{
		Name: "receiver", URL: webhook.NewSecret(o.URL), Secrets: []webhook.Secret{webhook.NewSecret(secret)}, Events: []string{"desk.*"}, Ordered: true,
		Concurrency: width, MaxAttempts: 100, AllowPrivate: []string{"127.0.0.1"},
	}})
	if err != nil {
		return err
	}
	defer sender.Close()
	deliverer := answered{sender, p}
	engine := outbox.Direct(p.store, width, p.ran(p.store.Runner(p.handlers(), deliverer)))
	err = outbox.NewRelay(p.store, outbox.Config{
		Events: map[string]outbox.Sink{"plain": plain{p}, "shared": shared{p}},
		Router: sender, Deliverer: deliverer, Engine: engine, Batch: o.Batch, Poll: 50 * time.Millisecond,
	}).Run(ctx)
	return errors.Join(err, engine.Close(context.WithoutCancel(ctx)))
}

// handlers run the jobs of visits.
func (p *program) handlers() *outbox.Handlers {
	h := outbox.NewHandlers()
	outbox.Handle(h, func(ctx context.Context, job stamp) error {
		p.gate.here("in the handler")
		entry, _ := outbox.EntryFrom(ctx)
		p.tell("stamped", arrival{visit: visit{job.Desk, job.Number}, id: entry.ID})
		return nil
	})
	return h
}

// ran is run, and then a place where a job has run that is not settled.
func (p *program) ran(run func(context.Context, outbox.Entry) error) func(context.Context, outbox.Entry) error {
	return func(ctx context.Context, entry outbox.Entry) error {
		err := run(ctx, entry)
		if entry.Kind == outbox.KindJob {
			p.gate.here("job run")
		}
		return err
	}
}

// An answered deliverer has a place where the receiver has answered, and the
// outcome is not stored. The clock of its sender is the time, as receivers look
// at it; when to try again is said by the clock of the program.
type answered struct {
	*webhook.Sender
	program *program
}

func (a answered) Deliver(ctx context.Context, d outbox.Delivery) outbox.Outcome {
	o := a.Sender.Deliver(ctx, d)
	o.RetryAt = o.RetryAt.Add(time.Until(a.program.clock()))
	a.program.tell("answered", arrival{id: d.EventID})
	a.program.gate.here("answered")
	return o
}
