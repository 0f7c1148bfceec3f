package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/internal/cli"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

const showHelp = `Show prints everything that is known under an id: an event that no relay has taken
yet, a job, or the deliveries of an event, one for each endpoint.
"endpoint/event id" is one delivery; that is what "authgenctl outbox list" prints.`

// newShow returns the verb that prints everything about one event or job.
func newShow(o *outboxOptions) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "show ID",
		Short:   "Print everything about an event, a job or a delivery",
		Long:    showHelp,
		Example: "  authgenctl outbox show cms/0190a9e8-6d2c-7c3a-9f0e-3d5b7a1c2e4f",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New(`show takes one id, as "authgenctl outbox list" prints it`)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.with(cmd, func(ctx context.Context, src *source) error {
				records, err := src.admin.Show(ctx, args[0])
				switch {
				case errors.Is(err, authgen.ErrNotFound):
					return unknownID(src, args[0])
				case err != nil:
					return err
				case asJSON:
					return printJSON(o.Out.Stdout, records)
				}
				for i := range records {
					if i > 0 {
						fmt.Fprintln(o.Out.Stdout)
					}
					writeRecord(o.Out.Stdout, &records[i], src.db.Now(), o.Out.OnOut)
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print it as JSON, for programs")
	return cmd
}

// unknownID is the error for an id that nothing has.
func unknownID(src *source, id string) error {
	return fmt.Errorf("%s has no event, job or delivery with the id %q; what was delivered is kept for a while only", src.name, id)
}

// writeRecord prints everything about a record.
func writeRecord(w io.Writer, r *admin.Record, now time.Time, colours cli.Palette) {
	fmt.Fprintf(w, "%s %s\n", r.Kind, plain(r.ID))
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(w, "  %-10s %s\n", name, plain(text))
		}
	}
	at := func(name string, t time.Time) {
		if !t.IsZero() {
			line(name, t.Format(authgen.TimeLayout)+", "+whenOf(t, now))
		}
	}
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	state := string(r.State)
	if r.State == admin.StateExhausted {
		state = colours.Yellow.Sprint(state)
	}
	fmt.Fprintf(w, "  %-10s %s\n", "state", state)
	line("type", r.Type)
	if r.Table != "" {
		line("document", fmt.Sprintf("%s/%s, %s, sequence %d", r.Table, r.DocumentID, r.Operation, r.Sequence))
	}
	line("key", r.Key)
	created := "occurred"
	if r.Kind == outbox.KindJob {
		created = "scheduled"
	}
	at(created, r.Created)
	at("due", r.Due)
	at("leased to", r.LeasedUntil)
	at("finished", r.Finished)
	line("attempts", number(r.Attempts))
	line("status", number(r.Status))
	line("error", r.Error)
	writeBody(w, r.Body)
}

// writeBody prints JSON, indented.
func writeBody(w io.Writer, body json.RawMessage) {
	var b bytes.Buffer
	if err := json.Indent(&b, body, "  ", "  "); err != nil {
		b.Reset()
		b.Write(body)
	}
	lines := strings.Split(b.String(), "\n")
	for i, text := range lines {
		lines[i] = plain(text)
	}
	fmt.Fprintf(w, "  body\n  %s\n", strings.Join(lines, "\n"))
}
