package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// WebhooksCommand is what measures webhooks, in the root module.
const WebhooksCommand = "go test ./internal/cost -run '^$' -bench SignUp -benchtime 50x"

// Webhooks writes what endpoints cost a sign-up, from the output of the command.
func Webhooks(w io.Writer, facts []Fact, output string) {
	fmt.Fprintf(w, webhooksBegin, WebhooksCommand)
	writeFacts(w, slices.DeleteFunc(slices.Clone(facts), func(f Fact) bool { return f.Name == "drivers" }))
	fmt.Fprint(w, "\n| time | mean | p50 | p99 |\n|---|---|---|---|\n")
	for line := range strings.Lines(output) {
		name, ok := strings.CutPrefix(line, "BenchmarkSignUp/")
		if !ok {
			continue
		}
		// Behind the name and how often come a value and its unit, and so on.
		fields := strings.Fields(name)
		values := map[string]float64{}
		for i := 2; i+1 < len(fields); i += 2 {
			values[fields[i+1]], _ = strconv.ParseFloat(fields[i], 64)
		}
		on, load, _ := strings.Cut(fields[0], "/")
		load, _, _ = strings.Cut(load, "-")
		row := func(what, of string) {
			fmt.Fprintf(w, "| %s | %.2f | %.2f | %.1f |\n", what, values[of+"-mean"], values[of+"-p50"], values[of+"-p99"])
		}
		row(fmt.Sprintf("%s, %s: event / no event", webhookDatabases[on], load), "event/none")
		row(fmt.Sprintf("… five endpoints / event alone (p50 %.0f µs)", values["event-p50-µs"]), "five/event")
		row("… five that hang / event alone", "hanging/event")
	}
	fmt.Fprint(w, webhooksEnd)
}

// webhookDatabases are the databases by the names of the benchmark.
var webhookDatabases = map[string]string{"sqlite": "SQLite file", "postgres": "Postgres", "mysql": "MariaDB"}

const webhooksBegin = `What endpoints cost the sign-up whose events they get. A sign-up is W2, its event one of 300 bytes;
every contestant has a database of its own, and all take turns in one run of
` + "`%s`" + `. Steadily, a sign-up begins every
20 ms; in a rush, when the last has ended. The five endpoints are ordered and in the process of the
sign-ups, with the relay and ` + "`outbox.Direct`" + `; those that hang have 40 attempts under way all the while.

`

const webhooksEnd = `
Steadily, a sign-up does not feel the endpoints: what they cost is within what runs differ by, which
is up to a fifth. In a rush it shares the cores with deliveries, receivers and server; and on SQLite the
relay of the same process writes to the one file, so that some wait for one of its transactions. These
are longer then, as they are about more: one to fan out, one to claim for all endpoints, and at most one
for each attempt, as attempts that end together are stored together.
`
