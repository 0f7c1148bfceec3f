package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"github.com/authgen/authgen/internal/cli"
	"github.com/authgen/authgen/outbox/admin"
)

const statusHelp = `Status prints how much is in the outbox and how old it is: events that no relay
has taken yet, jobs, and the deliveries of each webhook endpoint and event sink.

  PENDING    to be delivered; DUE: now; RETRYING: an attempt has failed
  LEASED     an attempt is under way
  EXHAUSTED  every attempt has failed: replay it, or cancel it
  DELIVERED  taken, and kept for a while; "-" where none are kept, as by an event sink
  OLDEST     how long ago the oldest event happened that is pending or leased
  STATE      failing: the last attempt of all has failed, and is made again

With --check, what needs you is listed on stderr, a line each, and the exit code
is 1 if there is such a thing: a delivery is exhausted, an endpoint is disabled, or
something has waited for longer than --max-age. "authgenctl outbox status --check -q"
prints nothing else, which is what cron wants.`

// newStatus returns the verb that counts what is in the outbox.
func newStatus(o *outboxOptions) *cobra.Command {
	var asJSON, check bool
	maxAge := ageFlag(time.Hour)
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Print what waits, for how long, and what needs you",
		Long:  statusHelp,
		Args:  noDatabaseArgument,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("max-age") && !check {
				return errors.New("--max-age is for --check")
			}
			return o.with(cmd, func(ctx context.Context, src *source) error {
				status, err := src.admin.Status(ctx)
				if err != nil {
					return err
				}
				if err := o.printStatus(&status, asJSON); err != nil || !check {
					return err
				}
				return o.verdict(&status, time.Duration(maxAge))
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print it as JSON, for programs")
	cmd.Flags().BoolVar(&check, "check", false, "exit with 1 if something needs you")
	cmd.Flags().Var(&maxAge, "max-age", "how long something may wait, with --check; 0s: for ever")
	return cmd
}

// printStatus prints the table, or the JSON.
func (o *outboxOptions) printStatus(status *admin.Status, asJSON bool) error {
	switch {
	case asJSON:
		return printJSON(o.Out.Stdout, status)
	case o.Out.Quiet:
		return nil
	}
	return writeStatus(o.Out.Stdout, status, o.Out.OnOut)
}

// printJSON prints a value as JSON for people and programs.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// verdict lists what needs the operator, and returns cli.ErrStale if there is
// anything.
func (o *outboxOptions) verdict(status *admin.Status, maxAge time.Duration) error {
	problems := problemsOf(status, maxAge)
	for _, p := range problems {
		fmt.Fprintln(o.Out.Stderr, o.Out.OnErr.Yellow.Sprint(plain(p)))
	}
	if len(problems) > 0 {
		return cli.ErrStale
	}
	return nil
}

// problemsOf returns what needs the operator, a sentence each.
func problemsOf(status *admin.Status, maxAge time.Duration) []string {
	var list []string
	tooOld := func(t time.Time) bool {
		return maxAge > 0 && !t.IsZero() && status.At.Sub(t) > maxAge
	}
	if t := status.Events.Oldest; tooOld(t) {
		list = append(list, fmt.Sprintf("events: the oldest has waited for %s; does a relay run that fans them out?", ageOf(t, status.At)))
	}
	if t := status.Jobs.Oldest; tooOld(t) {
		list = append(list, fmt.Sprintf("jobs: the oldest has been due for %s; does a relay run that has an engine?", ageOf(t, status.At)))
	}
	for i := range status.Queues {
		q := &status.Queues[i]
		if !q.DisabledAt.IsZero() {
			list = append(list, q.Name+": "+disabled(q, status.At))
		}
		if q.Exhausted > 0 {
			list = append(list, fmt.Sprintf("%s: %d exhausted", q.Name, q.Exhausted))
		}
		if tooOld(q.Oldest) {
			list = append(list, fmt.Sprintf("%s: the oldest delivery has waited for %s", q.Name, ageOf(q.Oldest, status.At)))
		}
	}
	return list
}

// disabled says since when and why a queue is disabled.
func disabled(q *admin.QueueStatus, now time.Time) string {
	text := "disabled for " + ageOf(q.DisabledAt, now)
	if q.Reason != "" {
		text += ": " + short(q.Reason, reasonWidth)
	}
	return text
}

// reasonWidth is how many characters of an error are in a line.
const reasonWidth = 60

// writeStatus prints a status as a table.
func writeStatus(w io.Writer, status *admin.Status, colours cli.Palette) error {
	e, j := &status.Events, &status.Jobs
	events := fmt.Sprintf("events  %d waiting", e.Waiting)
	if !e.Oldest.IsZero() {
		events += ", the oldest for " + ageOf(e.Oldest, status.At)
	}
	jobs := fmt.Sprintf("jobs    %d due, %d leased, %d waiting for their time", j.Due, j.Leased, j.Waiting)
	if !j.Oldest.IsZero() {
		jobs += "; the oldest was due " + ageOf(j.Oldest, status.At) + " ago"
	}
	if _, err := fmt.Fprintf(w, "%s\n%s\n\n", events, jobs); err != nil {
		return err
	}
	if len(status.Queues) == 0 {
		_, err := fmt.Fprintln(w, "no event has gone to an endpoint or a sink yet")
		return err
	}
	g := grid{
		head:  []string{"ENDPOINT", "PENDING", "DUE", "RETRYING", "LEASED", "EXHAUSTED", "DELIVERED", "OLDEST", "SUCCESS", "FAILURE", "STATE"},
		right: map[int]bool{1: true, 2: true, 3: true, 4: true, 5: true, 6: true, 7: true, 8: true, 9: true},
	}
	for i := range status.Queues {
		g.rows = append(g.rows, queueRow(&status.Queues[i], status.At, colours))
	}
	return g.write(w)
}

// queueRow returns the line of an endpoint. What needs the operator is said in
// words, and coloured.
func queueRow(q *admin.QueueStatus, now time.Time, colours cli.Palette) []cell {
	var paint *color.Color
	var states []string
	exhausted := cell{text: strconv.Itoa(q.Exhausted)}
	if q.Exhausted > 0 {
		paint, exhausted.paint = colours.Yellow, colours.Yellow
		states = append(states, fmt.Sprintf("%d exhausted", q.Exhausted))
	}
	switch {
	case !q.DisabledAt.IsZero():
		paint = colours.Red
		states = append([]string{disabled(q, now)}, states...)
	case q.Retrying > 0 && q.FailedAt.After(q.SucceededAt):
		paint = colours.Yellow
		states = append([]string{"failing"}, states...)
	}
	if len(states) == 0 {
		states = []string{"ok"}
	}
	number := func(n int) cell { return cell{text: strconv.Itoa(n)} }
	age := func(t time.Time) cell { return cell{text: ageOf(t, now)} }
	delivered := number(q.Delivered)
	if q.Delivered == 0 && !q.SucceededAt.IsZero() {
		delivered.text = "-"
	}
	return []cell{
		{text: q.Name, paint: paint}, number(q.Pending), number(q.Due), number(q.Retrying), number(q.Leased), exhausted, delivered,
		age(q.Oldest), age(q.SucceededAt), age(q.FailedAt), {text: strings.Join(states, "; "), paint: paint},
	}
}
