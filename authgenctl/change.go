package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

// A change is what replay and cancel have in common: they do something to what
// is named by its id, or to all that the flags say.
type change struct {
	filterFlags
	o           *outboxOptions
	verb        string              // "replay"
	done        string              // "replayed"
	states      []admin.State       // that it is for; the first is meant where nothing is named
	kinds       []outbox.Kind       // that it is for
	leavesHeld  bool                // it is not for what waits for an earlier event of its document
	do          func(*source) doing // what it does
	all, dryRun bool                // --all, --dry-run
}

// A doing changes what a filter lets through, and returns how many that was.
type doing func(context.Context, admin.Filter) (int, error)

// addTo gives a verb the flags.
func (c *change) addTo(cmd *cobra.Command, stateUsage string) {
	c.add(cmd, c.o, c.states, stateUsage, len(c.kinds) > 1)
	cmd.Flags().BoolVar(&c.all, "all", false, "everything, where neither an id nor another flag says what")
	cmd.Flags().BoolVar(&c.dryRun, "dry-run", false, "only print how many there are")
	cmd.RunE = func(cmd *cobra.Command, ids []string) error { return c.run(cmd, ids) }
}

func (c *change) run(cmd *cobra.Command, ids []string) error {
	filter, err := c.filter(c.states)
	if err != nil {
		return err
	}
	switch {
	case len(ids) > 0 && (c.given() || c.all || c.events || c.jobs):
		return errors.New("give ids or flags that select, not both")
	case len(ids) == 0 && filter.Kind != outbox.KindDelivery && !c.given():
		return fmt.Errorf("%s which %ss? give --type, or ids", c.verb, filter.Kind)
	case len(ids) == 0 && !c.given() && !c.all:
		return fmt.Errorf("%s what? give ids, --endpoint, --type, --table, --document or --state, or --all", c.verb)
	}
	return c.o.with(cmd, func(ctx context.Context, src *source) error {
		if len(ids) > 0 {
			return c.named(ctx, src, ids)
		}
		n, err := c.one(ctx, src, filter)
		if err == nil && n == 0 && filter.Endpoint != "" {
			err = src.knownEndpoint(ctx, filter.Endpoint)
		}
		return c.report(filter.Kind, n, err)
	})
}

// named changes what is named by its id. One that cannot be changed stops no
// other.
func (c *change) named(ctx context.Context, src *source, ids []string) error {
	var failed []error
	counts := map[outbox.Kind]int{}
	for _, id := range ids {
		if err := c.byID(ctx, src, id, counts); err != nil {
			failed = append(failed, err)
		}
	}
	for _, kind := range c.kinds {
		if n := counts[kind]; n > 0 {
			failed = append(failed, c.report(kind, n, nil))
		}
	}
	return errors.Join(failed...)
}

// byID changes all that has an id: an event may wait, or have a delivery for
// each endpoint.
func (c *change) byID(ctx context.Context, src *source, id string, counts map[outbox.Kind]int) error {
	records, err := src.admin.Show(ctx, id)
	switch {
	case errors.Is(err, authgen.ErrNotFound):
		return unknownID(src, id)
	case err != nil:
		return err
	}
	changed, last := 0, &records[0]
	for i := range records {
		r := &records[i]
		if !slices.Contains(c.kinds, r.Kind) || r.Kind == outbox.KindDelivery && !slices.Contains(c.states, r.State) {
			last = r
			continue
		}
		filter := admin.Filter{Kind: r.Kind, ID: r.ID}
		if r.Kind == outbox.KindDelivery {
			filter.States = c.states
		}
		n, err := c.one(ctx, src, filter)
		if err != nil {
			return err
		}
		counts[r.Kind] += n
		changed += n
	}
	switch {
	case changed > 0:
		return nil
	case c.passesOver(last):
		return fmt.Errorf("cannot %s %s: it waits until an earlier event of its document is finished", c.verb, last.ID)
	default:
		return fmt.Errorf("cannot %s %s: that is for what is %s, and this %s is %s", c.verb, last.ID, alternatives(c.states), last.Kind, last.State)
	}
}

// passesOver reports whether a record stays as it is although the filter lets it
// through.
func (c *change) passesOver(r *admin.Record) bool {
	return c.leavesHeld && r.State == admin.StatePending && r.Due.IsZero()
}

// alternatives returns "exhausted, pending or leased".
func alternatives(states []admin.State) string {
	words := make([]string, len(states))
	for i, s := range states {
		words[i] = string(s)
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// one changes what a filter lets through, or counts it.
func (c *change) one(ctx context.Context, src *source, filter admin.Filter) (int, error) {
	if !c.dryRun {
		return c.do(src)(ctx, filter)
	}
	if filter.Kind == outbox.KindDelivery && len(filter.States) == 0 {
		filter.States = c.states[:1]
	}
	n, cursor := 0, ""
	for {
		records, next, err := src.admin.List(ctx, filter, cursor, countBatch)
		for i := range records {
			if !c.passesOver(&records[i]) {
				n++
			}
		}
		if err != nil || next == "" {
			return n, err
		}
		cursor = next
	}
}

// countBatch is how many records are read at once to be counted.
const countBatch = 1000

// report prints how many there were.
func (c *change) report(kind outbox.Kind, n int, err error) error {
	if n == 0 && err != nil {
		return err
	}
	noun := kind.String()
	switch {
	case n != 1 && kind == outbox.KindDelivery:
		noun = "deliveries"
	case n != 1:
		noun += "s"
	}
	did := c.done
	if c.dryRun {
		did = "would " + c.verb
	}
	c.o.Out.Say(fmt.Sprintf("%s %d %s", did, n, noun))
	return err
}
