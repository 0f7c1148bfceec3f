package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/authgenctl/internal/reconcile"
	"github.com/authgen/authgen/gen/model"
	"github.com/authgen/authgen/internal/cli"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

const reconcileHelp = `Reconcile compares the rows of tables with what was last delivered of them to an
endpoint, and records new events for what it missed, for that endpoint alone:

  the create event    for a row that it was never told of, or told was deleted
  the update event    for a row that has other values than it was told
  the delete event    for a document whose row is gone

It compares the fields that the update events of the table watch and carry. Events
that are on their way count as told. If several events would do, it records as few as
carry everything. Rows may be written meanwhile.

Without --table it goes through the tables of which the endpoint has had events.
An endpoint that does not want all of their types needs --type, as only its program
knows which types those are.

It may be interrupted, and says where to go on; --limit makes it stop by itself.`

// A reconcileVerb is what the flags of reconcile say.
type reconcileVerb struct {
	o        *outboxOptions
	endpoint string
	tables   []string
	types    []string
	after    string
	limit    int
	isNew    bool
	dryRun   bool
}

// newReconcile returns the verb that tells an endpoint what it missed.
func newReconcile(o *outboxOptions) *cobra.Command {
	v := &reconcileVerb{o: o}
	cmd := &cobra.Command{
		Use:     "reconcile --endpoint ENDPOINT",
		Short:   "Tell an endpoint what it missed of some tables",
		Long:    reconcileHelp,
		Example: "  authgenctl outbox reconcile --endpoint cms --table user --dry-run",
		Args:    noDatabaseArgument,
		RunE:    func(cmd *cobra.Command, _ []string) error { return v.run(cmd) },
	}
	flags := cmd.Flags()
	flags.StringVar(&v.endpoint, "endpoint", "", "the endpoint to be told")
	flags.StringSliceVar(&v.tables, "table", nil, "only these tables of schema.yaml; several with commas")
	flags.StringSliceVar(&v.types, "type", nil, "tell only events of these types, such as user.created or user.*; several with commas")
	flags.StringVar(&v.after, "after", "", "the cursor at which an earlier run ended")
	flags.IntVar(&v.limit, "limit", 0, "stop when so many documents were looked at")
	flags.BoolVar(&v.isNew, "new", false, "the endpoint has had no event yet")
	flags.BoolVar(&v.dryRun, "dry-run", false, "only print what it missed")
	_ = cmd.RegisterFlagCompletionFunc("table", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) { return o.CompleteTables() })
	return cmd
}

func (v *reconcileVerb) run(cmd *cobra.Command) error {
	switch {
	case v.endpoint == "":
		return errors.New("which endpoint is to be told? give --endpoint")
	case v.limit < 0:
		return fmt.Errorf("--limit %d compares nothing: give a number above 0", v.limit)
	case v.isNew && len(v.tables) == 0:
		return errors.New("of which tables shall a new endpoint be told? give --table")
	}
	p, err := v.o.Read()
	if err != nil {
		return err
	}
	tables, err := v.known(p)
	if err != nil {
		return err
	}
	return v.o.with(cmd, func(ctx context.Context, src *source) error {
		c, err := v.comparison(ctx, src, p, tables)
		if err != nil {
			return err
		}
		return v.finish(ctx, c, c.Run(ctx))
	})
}

// known returns the tables that are asked for, all by default, and refuses names
// that schema.yaml does not have.
func (v *reconcileVerb) known(p *cli.SchemaFile) ([]*model.Table, error) {
	for _, pattern := range v.types {
		if !slices.ContainsFunc(p.Model.Events, func(e *model.Event) bool { return matches(pattern, e.Key) }) {
			return nil, fmt.Errorf("--type: %s declares no event %q%s", p.File, pattern, meant(pattern, p.Model.Events))
		}
	}
	for _, key := range v.tables {
		t := p.Model.Table(key)
		switch {
		case t == nil:
			return nil, p.UnknownTable(key)
		case len(t.Created)+len(t.Updated)+len(t.Deleted) == 0:
			return nil, fmt.Errorf("--table: %s declares no event of table %q", p.File, key)
		}
	}
	var tables []*model.Table
	for _, t := range p.Model.Tables {
		if len(t.Created)+len(t.Updated)+len(t.Deleted) > 0 && (len(v.tables) == 0 || slices.Contains(v.tables, t.Key)) {
			tables = append(tables, t)
		}
	}
	if len(tables) == 0 {
		return nil, fmt.Errorf("%s declares no events, so no endpoint can have missed one", p.File)
	}
	return tables, nil
}

// matches reports whether a type is one of a pattern, which may end in *.
func matches(pattern, eventType string) bool {
	begin, wild := strings.CutSuffix(pattern, "*")
	return pattern == eventType || wild && strings.HasPrefix(eventType, begin)
}

// meant returns a hint at the event that a name may be a misspelling of.
func meant(name string, events []*model.Event) string {
	keys := make([]string, len(events))
	for i, e := range events {
		keys[i] = e.Key
	}
	if near := cli.Nearest(name, keys); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return cli.Listed(keys)
}

// comparison prepares the comparison.
func (v *reconcileVerb) comparison(ctx context.Context, src *source, p *cli.SchemaFile, tables []*model.Table) (*reconcile.Comparison, error) {
	if !v.isNew {
		if err := src.knownEndpoint(ctx, v.endpoint); err != nil {
			return nil, fmt.Errorf("%w; one that is new needs --new", err)
		}
	}
	c := &reconcile.Comparison{
		DB: src.db, Outbox: outbox.New(src.db), Admin: src.admin, Endpoint: v.endpoint, Events: p.Model.Events, DryRun: v.dryRun, Limit: v.limit,
		Missed: func(e authgen.Event) { v.o.Out.Look("%s %s/%s", e.Type, plain(e.Table), plain(e.DocumentID)) },
		Report: v.report,
	}
	for _, t := range tables {
		if len(v.tables) == 0 {
			records, _, err := src.admin.List(ctx, admin.Filter{Endpoint: v.endpoint, Table: t.Key}, "", 1)
			if err != nil {
				return nil, err
			}
			if len(records) == 0 {
				continue
			}
		}
		c.Ledgers = append(c.Ledgers, reconcile.NewLedger(t, v.wanted))
	}
	if len(c.Ledgers) == 0 {
		return nil, fmt.Errorf("nothing is kept of what was delivered to %s, so it is not known which tables it is told of: give --table", v.endpoint)
	}
	return c, v.begin(c)
}

func (v *reconcileVerb) wanted(eventType string) bool {
	return len(v.types) == 0 || slices.ContainsFunc(v.types, func(pattern string) bool { return matches(pattern, eventType) })
}

// begin puts the comparison where it is to begin.
func (v *reconcileVerb) begin(c *reconcile.Comparison) error {
	c.At = reconcile.Cursor{Table: c.Ledgers[0].Table.Key}
	if v.after == "" {
		return nil
	}
	at, ok := reconcile.ReadCursor(v.after)
	if !ok {
		return fmt.Errorf("--after %s is not a cursor that reconcile printed: leave it out to begin again", quoted(v.after))
	}
	if !slices.ContainsFunc(c.Ledgers, func(l *reconcile.Ledger) bool { return l.Table.Key == at.Table }) {
		return fmt.Errorf("--after %s is in a table that is not among those to compare: give the flags of the run that printed it", quoted(v.after))
	}
	c.At = at
	return nil
}

// report prints what was found in a table.
func (v *reconcileVerb) report(l *reconcile.Ledger, t reconcile.Tally) {
	total := 0
	var parts []string
	for _, eventType := range slices.Sorted(maps.Keys(t.Missed)) {
		total += t.Missed[eventType]
		parts = append(parts, fmt.Sprintf("%d %s", t.Missed[eventType], eventType))
	}
	what := "missed nothing"
	switch {
	case total > 0 && v.dryRun:
		what = "missed " + strings.Join(parts, ", ")
	case total > 0:
		what = "told " + strings.Join(parts, ", ")
	}
	text := fmt.Sprintf("%s: %d rows, %d delivered documents; %s", l.Table.Key, t.Rows, t.Gone, what)
	if t.OnTheWay > 0 {
		text += fmt.Sprintf("; %d on their way", t.OnTheWay)
	}
	v.o.Out.Say(text)
	if opaque := l.OpaqueKeys(); len(opaque) > 0 && total > 0 {
		v.o.Out.Warn(fmt.Sprintf("%s: the JSON of %s is made by a Go type of yours, which is not known here: it is told as the database stores it, and is not compared", l.Table.Key, joined(opaque)))
	}
}

// finish says where to go on, if the walk did not come to its end.
func (v *reconcileVerb) finish(ctx context.Context, c *reconcile.Comparison, err error) error {
	hint := "go on with --after " + quoted(c.At.String())
	switch {
	case err == nil:
		return nil
	case errors.Is(err, reconcile.ErrLimit):
		fmt.Fprintln(v.o.Out.Stdout, hint)
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("%w; %s", errInterrupted, hint)
	}
	return fmt.Errorf("%w\n%s", err, hint)
}
