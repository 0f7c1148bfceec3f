package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/authgen/authgen/internal/cli"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

// filterFlags say which records a verb is about.
type filterFlags struct {
	states                               []string
	endpoint, eventType, table, document string
	events, jobs                         bool
}

// deliveryStates are what a delivery can be.
var deliveryStates = []admin.State{admin.StatePending, admin.StateLeased, admin.StateDelivered, admin.StateExhausted, admin.StateCancelled}

// add gives a verb the flags. The states are those that the verb is for; kinds
// says whether it is for events and jobs too.
func (f *filterFlags) add(cmd *cobra.Command, o *outboxOptions, states []admin.State, stateUsage string, kinds bool) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.states, "state", nil, stateUsage)
	flags.StringVar(&f.endpoint, "endpoint", "", "deliveries to this endpoint or event sink")
	typeUsage := "of this type of event"
	if kinds {
		flags.BoolVar(&f.events, "events", false, "events that no relay has taken yet, instead of deliveries")
		flags.BoolVar(&f.jobs, "jobs", false, "jobs, instead of deliveries")
		typeUsage += " or job"
	}
	flags.StringVar(&f.eventType, "type", "", typeUsage)
	flags.StringVar(&f.table, "table", "", "about rows of this table")
	flags.StringVar(&f.document, "document", "", "about the row with this id")
	names := make([]string, len(states))
	for i, s := range states {
		names[i] = string(s)
	}
	// These fail only for flags that are not there.
	_ = cmd.RegisterFlagCompletionFunc("state", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("table", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) { return o.CompleteTables() })
}

// given reports whether a flag narrows down what there is.
func (f *filterFlags) given() bool {
	return len(f.states) > 0 || f.endpoint+f.eventType+f.table+f.document != ""
}

// filter returns what the flags say, the states being some of those that may be.
func (f *filterFlags) filter(may []admin.State) (admin.Filter, error) {
	filter := admin.Filter{Kind: outbox.KindDelivery, Endpoint: f.endpoint, Type: f.eventType, Table: f.table, DocumentID: f.document}
	switch {
	case f.events && f.jobs:
		return filter, errors.New("--events and --jobs are lists of their own: give one of them")
	case f.events:
		filter.Kind = outbox.KindEvent
	case f.jobs:
		filter.Kind = outbox.KindJob
	}
	for _, misplaced := range []struct {
		flag string
		is   bool
	}{
		{"--state", filter.Kind != outbox.KindDelivery && len(f.states) > 0},
		{"--endpoint", filter.Kind != outbox.KindDelivery && f.endpoint != ""},
		{"--table", filter.Kind == outbox.KindJob && f.table != ""},
		{"--document", filter.Kind == outbox.KindJob && f.document != ""},
	} {
		if misplaced.is {
			return filter, fmt.Errorf("%s is not for --%ss, which have none: leave it out", misplaced.flag, filter.Kind)
		}
	}
	for _, word := range f.states {
		if !slices.Contains(may, admin.State(word)) {
			return filter, unknownState(word, may)
		}
		filter.States = append(filter.States, admin.State(word))
	}
	return filter, nil
}

func unknownState(word string, may []admin.State) error {
	names := make([]string, len(may))
	for i, s := range may {
		names[i] = string(s)
	}
	if near := cli.Nearest(word, names); near != "" {
		return fmt.Errorf("--state: there is no %q here (did you mean %q?)", word, near)
	}
	return fmt.Errorf("--state: there is no %q here; it is one of %s", word, strings.Join(names, ", "))
}

// knownEndpoint returns an error if nothing ever went to an endpoint: most
// likely its name is misspelled.
func (s *source) knownEndpoint(ctx context.Context, name string) error {
	status, err := s.admin.Status(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, q := range status.Queues {
		if q.Name == name {
			return nil
		}
		names = append(names, q.Name)
	}
	if near := cli.Nearest(name, names); near != "" {
		return fmt.Errorf("no event ever went to an endpoint %q (did you mean %q?)", name, near)
	}
	return fmt.Errorf("no event ever went to an endpoint %q%s", name, cli.Listed(names))
}
