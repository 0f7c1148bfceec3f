package main

import (
	"github.com/authgen/authgen/outbox"
	"github.com/spf13/cobra"
)

const replayHelp = `Replay makes deliveries due again, now, as if they had never been attempted: those
that are named by their ids, or all that the flags let through. An id of an event
means its deliveries to all endpoints. Without an id, and without --state, what is
parked is meant. With --state pending, what waits for its next attempt is due now,
for example once a receiver is back.

The event stays the same, its id too: a receiver that has had it takes it for a
duplicate. It asks nothing, and prints how many there were.`

// newReplay returns the verb that makes deliveries due again.
func newReplay(o *outboxOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "replay [ID...]",
		Short:   "Deliver again what was parked, delivered or discarded, or now what is to wait",
		Long:    replayHelp,
		Example: "  authgenctl outbox replay --endpoint cms\n  authgenctl outbox replay --endpoint cms --state delivered --type user.updated --dry-run",
	}
	c := &change{
		o: o, verb: "replay", done: "replayed",
		states:  []outbox.State{outbox.StateParked, outbox.StateDelivered, outbox.StateDiscarded, outbox.StatePending},
		classes: []outbox.Class{outbox.DeliveryClass},
		do:      func(src *source) doing { return src.store.Replay }, leavesHeld: true,
	}
	c.addTo(cmd, "those that are parked, delivered, discarded or pending; several with commas (default parked)")
	return cmd
}

const discardHelp = `Discard gives up deliveries: those that are named by their ids, or all that the
flags let through. Without an id, and without --state, what is parked is meant.
They stay for a while, and can be replayed.

Events that no relay has taken yet, and jobs, are removed for good: by id, or with
--events or --jobs and a flag that says which. An attempt that is under way is not
stopped. It asks nothing, and prints how many there were.`

// newDiscard returns the verb that gives up deliveries, events and jobs.
func newDiscard(o *outboxOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "discard [ID...]",
		Short:   "Give up what is not to be delivered, or run",
		Long:    discardHelp,
		Example: "  authgenctl outbox discard --endpoint cms --state pending,parked\n  authgenctl outbox discard --jobs --type send_welcome",
	}
	c := &change{
		o: o, verb: "discard", done: "discarded",
		states:  []outbox.State{outbox.StateParked, outbox.StatePending, outbox.StateLeased},
		classes: []outbox.Class{outbox.DeliveryClass, outbox.EventClass, outbox.JobClass},
		do:      func(src *source) doing { return src.store.Discard },
	}
	c.addTo(cmd, "those that are parked, pending or leased; several with commas (default parked)")
	return cmd
}
