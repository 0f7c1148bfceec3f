package main

import (
	"github.com/spf13/cobra"

	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

const replayHelp = `Replay makes deliveries due again, now, as if they had never been attempted: those
that are named by their ids, or all that the flags let through. An id of an event
means its deliveries to all endpoints. Without an id, and without --state, what is
exhausted is meant. With --state pending, what waits for its next attempt is due now,
for example once a receiver is back.

The event stays the same, its id too: a receiver that has had it takes it for a
duplicate. It asks nothing, and prints how many there were.`

// newReplay returns the verb that makes deliveries due again.
func newReplay(o *outboxOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "replay [ID...]",
		Short:   "Deliver again what is exhausted, delivered or cancelled, or at once what waits for a retry",
		Long:    replayHelp,
		Example: "  authgenctl outbox replay --endpoint cms\n  authgenctl outbox replay --endpoint cms --state delivered --type user.updated --dry-run",
	}
	c := &change{
		o: o, verb: "replay", done: "replayed",
		states: []admin.State{admin.StateExhausted, admin.StateDelivered, admin.StateCancelled, admin.StatePending},
		kinds:  []outbox.Kind{outbox.KindDelivery},
		do:     func(src *source) doing { return src.admin.Replay }, leavesHeld: true,
	}
	c.addTo(cmd, "those that are exhausted, delivered, cancelled or pending; several with commas (default exhausted)")
	return cmd
}

const cancelHelp = `Cancel gives up deliveries: those that are named by their ids, or all that the
flags let through. Without an id, and without --state, what is exhausted is meant.
They stay for a while, and can be replayed.

Events that no relay has taken yet, and jobs, are removed for good: by id, or with
--events or --jobs and a flag that says which. An attempt that is under way is not
stopped. It asks nothing, and prints how many there were.`

// newCancel returns the verb that gives up deliveries, events and jobs.
func newCancel(o *outboxOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "cancel [ID...]",
		Short:   "Give up what is not to be delivered, or run",
		Long:    cancelHelp,
		Example: "  authgenctl outbox cancel --endpoint cms --state pending,exhausted\n  authgenctl outbox cancel --jobs --type send_welcome",
	}
	c := &change{
		o: o, verb: "cancel", done: "cancelled",
		states: []admin.State{admin.StateExhausted, admin.StatePending, admin.StateLeased},
		kinds:  []outbox.Kind{outbox.KindDelivery, outbox.KindEvent, outbox.KindJob},
		do:     func(src *source) doing { return src.admin.Cancel },
	}
	c.addTo(cmd, "those that are exhausted, pending or leased; several with commas (default exhausted)")
	return cmd
}
