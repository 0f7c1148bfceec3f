package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/authgen/authgen/internal/cli"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

const listHelp = `List prints deliveries, a line each: by endpoint, and in the order in which their
events were recorded. With --events it prints the events that no relay has taken
yet, with --jobs the jobs that no engine has taken yet.

If there are more than --limit, the cursor for the next page is printed on
stderr; --after takes it.`

// newList returns the verb that lists records.
func newList(o *outboxOptions) *cobra.Command {
	var f filterFlags
	var limit int
	var after string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List deliveries, events or jobs",
		Long:    listHelp,
		Example: "  authgenctl outbox list --state exhausted --endpoint cms\n  authgenctl outbox list --jobs",
		Args:    noDatabaseArgument,
		RunE: func(cmd *cobra.Command, _ []string) error {
			filter, err := f.filter(deliveryStates)
			if err != nil {
				return err
			}
			if limit <= 0 {
				return fmt.Errorf("--limit %d lists nothing: give a number above 0", limit)
			}
			return o.with(cmd, func(ctx context.Context, src *source) error {
				records, next, err := src.admin.List(ctx, filter, after, limit)
				if err == nil && len(records) == 0 && filter.Endpoint != "" {
					err = src.knownEndpoint(ctx, filter.Endpoint)
				}
				if err != nil {
					return err
				}
				return o.printList(filter.Kind, records, next, src.db.Now(), asJSON)
			})
		},
	}
	f.add(cmd, o, deliveryStates, "deliveries that are pending, leased, delivered, exhausted or cancelled; several with commas", true)
	cmd.Flags().IntVar(&limit, "limit", 50, "how many to print")
	cmd.Flags().StringVar(&after, "after", "", "the cursor that the page before ended with")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print them as JSON, for programs")
	return cmd
}

// A listing is the JSON of a list.
type listing struct {
	Records []admin.Record `json:"records"`
	Next    string         `json:"next,omitempty"`
}

func (o *outboxOptions) printList(kind outbox.Kind, records []admin.Record, next string, now time.Time, asJSON bool) error {
	if asJSON {
		if records == nil {
			records = []admin.Record{}
		}
		return printJSON(o.Out.Stdout, listing{records, next})
	}
	if len(records) == 0 {
		o.Out.Say("there are none")
		return nil
	}
	if err := writeRecords(o.Out.Stdout, kind, records, now, o.Out.OnOut); err != nil {
		return err
	}
	if next != "" && !o.Out.Quiet {
		fmt.Fprintf(o.Out.Stderr, "there may be more: --after %s\n", quoted(next))
	}
	return nil
}

// writeRecords prints records of one kind as a table.
func writeRecords(w io.Writer, kind outbox.Kind, records []admin.Record, now time.Time, colours cli.Palette) error {
	var g grid
	switch kind {
	case outbox.KindEvent:
		g = grid{head: []string{"ID", "SEQUENCE", "TYPE", "DOCUMENT", "AGE"}, right: map[int]bool{1: true, 4: true}}
	case outbox.KindJob:
		g = grid{head: []string{"ID", "STATE", "TYPE", "AGE", "DUE", "KEY"}, right: map[int]bool{3: true}}
	default:
		g = grid{head: []string{"ID", "STATE", "TYPE", "DOCUMENT", "ATTEMPTS", "AGE", "DUE", "ERROR"}, right: map[int]bool{4: true, 5: true}}
	}
	for i := range records {
		r := &records[i]
		switch kind {
		case outbox.KindEvent:
			g.add(r.ID, strconv.FormatInt(r.Sequence, 10), r.Type, r.Table+"/"+r.DocumentID, ageOf(r.Created, now))
		case outbox.KindJob:
			g.add(r.ID, string(r.State), r.Type, ageOf(r.Created, now), whenOf(r.Due, now), r.Key)
		default:
			g.add(r.ID, string(r.State), r.Type, r.Table+"/"+r.DocumentID, strconv.Itoa(r.Attempts), ageOf(r.Created, now), whenOf(r.Due, now), short(r.Error, reasonWidth))
			if r.State == admin.StateExhausted {
				g.rows[i][1].paint = colours.Yellow
			}
		}
	}
	return g.write(w)
}

var harmless = regexp.MustCompile(`^[A-Za-z0-9_.:/@%+-]+$`)

// quoted returns a text as a shell takes it for one word.
func quoted(text string) string {
	if harmless.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
