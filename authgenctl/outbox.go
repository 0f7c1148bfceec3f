package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/authgen/authgen/internal/cli"
)

// dsnVar names the database where --dsn does not, so that a password need not be
// in the list of processes.
const dsnVar = "AUTHGEN_DSN"

const outboxHelp = `Outbox looks at what is on its way out of a database, and mends it: events and
jobs that transactions recorded, and the deliveries of events to webhook
endpoints and event sinks.

  authgenctl outbox status     what waits, for how long, and what needs you
  authgenctl outbox list       deliveries, events or jobs, by state, endpoint, type ...
  authgenctl outbox show       one of them, with its body
  authgenctl outbox replay     deliver again what is exhausted, or was delivered
  authgenctl outbox cancel     give up what is not to be delivered
  authgenctl outbox enable     let a disabled endpoint have deliveries again
  authgenctl outbox reconcile  compare tables with what an endpoint was told, and
                               tell it what it missed

--dsn is the database: a SQLite file, postgres://user:password@host/database, or
user:password@tcp(host:port)/database for MySQL and MariaDB. AUTHGEN_DSN is for
a password that no list of processes should show.`

// outboxOptions are what the flags of every verb of outbox say.
type outboxOptions struct {
	*cli.Options
	dsn string
}

// newOutbox returns the verb that has the verbs about the outbox.
func newOutbox(base *cli.Options) *cobra.Command {
	o := &outboxOptions{Options: base}
	cmd := &cobra.Command{
		Use:   "outbox",
		Short: "Look at events, jobs and deliveries in a database, and mend them",
		Long:  outboxHelp,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			hint := `; "authgenctl outbox --help" lists them`
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				hint = fmt.Sprintf(" (did you mean %q?)", near[0])
			}
			return fmt.Errorf("outbox has no verb %q%s", args[0], hint)
		},
	}
	cmd.SuggestionsMinimumDistance = 2
	cmd.PersistentFlags().StringVar(&o.dsn, "dsn", "", "the database; "+dsnVar+" in the environment if absent")
	_ = cmd.MarkPersistentFlagFilename("dsn") // fails only for a flag that is not there
	cmd.AddCommand(newStatus(o), newList(o), newShow(o), newReplay(o), newCancel(o), newEnable(o), newReconcile(o))
	return cmd
}

// noDatabaseArgument refuses arguments, which may be a DSN with a password.
func noDatabaseArgument(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no arguments; the database goes behind --dsn", cmd.Name())
	}
	return nil
}

var errInterrupted = errors.New("interrupted")

// with opens the database and runs a verb on it, until it returns or somebody
// interrupts it.
func (o *outboxOptions) with(cmd *cobra.Command, run func(context.Context, *source) error) error {
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dsn, given := o.dsn, "--dsn"
	if dsn == "" {
		dsn, given = os.Getenv(dsnVar), dsnVar
	}
	if dsn == "" {
		return fmt.Errorf("which database? give --dsn, or set %s", dsnVar)
	}
	a, err := readAddress(given, dsn)
	if err != nil {
		return err
	}
	src, err := a.open(ctx)
	if err == nil {
		o.Out.Look("opened %s", a.shown)
		err = errors.Join(run(ctx, src), src.Close())
	}
	if ctx.Err() != nil && !errors.Is(err, errInterrupted) {
		return errInterrupted
	}
	return a.scrub(err)
}
