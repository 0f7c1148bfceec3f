// Bench measures authgen against code written by hand and against the peers,
// and prints ratios.
//
//	go run -C bench . -setup
//	go run -C bench . [-db file,memory,postgres,mariadb] [-w W1,W2] [-rounds 200] [-only L1,authgen,ent] [-write]
//	go run -C bench . -generation [-n 5,50] [-write]
//	go run -C bench . -document
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/authgen/authgen/bench/contest"
	"github.com/authgen/authgen/bench/setup"
)

// contestants are those of package peers, the reference first. They are there after
// -setup: before it, the code that they use is missing, and this program has to
// compile all the same.
var contestants []contest.Library

var errNoSetup = errors.New("what the contestants' generators make is not there yet: first run\n\n\tgo run -C bench . -setup")

// hero is the name of the contestant that has goals.
const hero = "authgen"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
		stop()
		os.Exit(2)
	}
}

// options are what the flags ask for.
type options struct {
	kinds, workloads, only string
	rounds                 int
	seed                   uint64
	cancellable, write     bool
	profile                string

	setup       bool
	document    bool
	generation  bool
	sizes       string
	generations int
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.kinds, "db", "", "databases to run on: file,memory,postgres,mariadb, file-cached,file-integers, file-8,postgres-8,mariadb-8. If empty, all that can be reached")
	flags.StringVar(&o.workloads, "w", "W1,W2,W3,W4,W5,W6,W7,W8", "workloads to run")
	flags.StringVar(&o.only, "only", "", "contestants to run; all if empty. L1 always runs")
	flags.IntVar(&o.rounds, "rounds", 200, "how often everybody has a turn")
	flags.Uint64Var(&o.seed, "seed", 1, "of the random order of turns")
	flags.BoolVar(&o.cancellable, "cancellable", false, "give operations a context that can be cancelled, as those of a server are")
	flags.StringVar(&o.profile, "cpuprofile", "", "write a profile to this file, with the label contestant")
	flags.BoolVar(&o.write, "write", false, "write docs/benchmarks.md and its charts as well")
	flags.BoolVar(&o.setup, "setup", false, "make the code that is generated and not in git; the first thing to run")
	flags.BoolVar(&o.document, "document", false, "measure all of it, also generators and webhooks, and write docs/benchmarks.md at the end")
	flags.BoolVar(&o.generation, "generation", false, "measure generators and compilations instead")
	flags.StringVar(&o.sizes, "n", "5,50", "with -generation: numbers of tables")
	flags.IntVar(&o.generations, "runs", 5, "with -generation: how often to generate and to compile; the median counts")
	if err := flags.Parse(args); err != nil {
		return flag.ErrHelp
	}
	if o.setup {
		return setup.Run(ctx, stderr)
	}
	if contestants == nil && !o.generation {
		return errNoSetup
	}
	sections := []section{o.speed}
	switch {
	case o.document:
		sections = []section{o.speed, o.generate, webhooks}
	case o.generation:
		sections = []section{o.generate}
	}
	return writeSections(ctx, sections, o.write || o.document, stdout, stderr)
}
