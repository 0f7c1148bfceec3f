package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/authgen/authgen/outbox/admin"
)

const enableHelp = `Enable lets endpoints have deliveries again that are disabled, as they answered
410 or somebody disabled them. What has waited for them is attempted first.`

// newEnable returns the verb that enables endpoints.
func newEnable(o *outboxOptions) *cobra.Command {
	var all, dryRun bool
	cmd := &cobra.Command{
		Use:     "enable ENDPOINT... | --all",
		Short:   "Let a disabled endpoint have deliveries again",
		Long:    enableHelp,
		Example: "  authgenctl outbox enable cms",
		RunE: func(cmd *cobra.Command, names []string) error {
			switch {
			case len(names) == 0 && !all:
				return errors.New("enable what? give names of endpoints, or --all")
			case len(names) > 0 && all:
				return errors.New("give names of endpoints or --all, not both")
			}
			return o.with(cmd, func(ctx context.Context, src *source) error {
				return o.enable(ctx, src, names, dryRun)
			})
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "all that are disabled")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only print how many there are")
	return cmd
}

// enable enables endpoints, all that are disabled if none is named.
func (o *outboxOptions) enable(ctx context.Context, src *source, names []string, dryRun bool) error {
	for _, name := range names {
		if err := src.knownEndpoint(ctx, name); err != nil {
			return err
		}
	}
	status, err := src.admin.Status(ctx)
	if err != nil {
		return err
	}
	var enabled []string
	for i := range status.Queues {
		q := &status.Queues[i]
		if q.DisabledAt.IsZero() || len(names) > 0 && !slices.Contains(names, q.Name) {
			continue
		}
		if !dryRun {
			if err := src.admin.Enable(ctx, q.Name); err != nil {
				return err
			}
		}
		enabled = append(enabled, describe(q))
	}
	did := "enabled"
	if dryRun {
		did = "would enable"
	}
	noun := "endpoints"
	if len(enabled) == 1 {
		noun = "endpoint"
	}
	text := fmt.Sprintf("%s %d %s", did, len(enabled), noun)
	if len(enabled) > 0 {
		text += ": " + strings.Join(enabled, ", ")
	}
	o.Out.Say(text)
	return nil
}

// describe names an endpoint, and what waits for it.
func describe(q *admin.QueueStatus) string {
	if q.Pending == 0 {
		return plain(q.Name)
	}
	return fmt.Sprintf("%s (%d pending)", plain(q.Name), q.Pending)
}
