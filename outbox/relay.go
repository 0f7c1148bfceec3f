package outbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A Config says what a relay hands over, and to whom.
//
// All relays on one database have the same Events and Router, or neither: one of them fans
// out each event, to the destinations that it knows. Deliverer and Engine may differ.
// While a release that adds a destination is rolled out, the old relays pass it over;
// "authgenctl outbox reconcile" then sends what it missed.
type Config struct {
	// Events are the event sinks by name, for example brokers: each is handed every
	// event, in batches, in order, by one relay at a time. The name is that of
	// the sink's queue in the database, so it must stay the same, and no webhook
	// endpoint may have it.
	Events map[string]Sink
	// Router says which webhook endpoints an event goes to. A relay with neither
	// Events nor Router leaves events where they are.
	Router Router
	// Deliverer knows the limits of the webhook endpoints. Without it, deliveries are
	// left to other relays.
	Deliverer Deliverer
	// Engine runs jobs and the attempts of deliveries. Without it, both are left
	// to other relays.
	Engine Sink

	// Poll is how often the relay looks for work that nobody told it of: what
	// other processes wrote, and what has become due. The default is a second.
	Poll time.Duration
	// Lease is how long a sink has to take entries before another relay may hand
	// them over again, for example after a crash. The default is a minute. The clocks
	// of processes on one database must differ by less.
	Lease time.Duration
	// Keep is how long delivered and cancelled deliveries stay, to be replayed.
	// The default is a week.
	Keep time.Duration
	// Remember is how long the last delivery of each document stays, unless it told that
	// the document was deleted. "authgenctl outbox reconcile" compares with it, and sends
	// a document again of which it finds no delivery. The default is a year.
	Remember time.Duration
	// Batch is how many entries are handed over at once, at most. The default is
	// 500.
	Batch int
}

// A Relay hands over what is in the outbox. Several may run on one database, in
// one process or in many.
type Relay struct {
	outbox *Outbox
	config Config

	fanning    *task            // events into the queues of their destinations
	feeding    map[string]*task // a queue to its event sink
	jobs       *task
	deliveries *task
	cleaning   *task
	strangers  map[string]bool // destinations of other relays that the log was told of
	ran        atomic.Bool
}

// NewRelay returns a relay on an outbox. Zero values of the config have their defaults.
func NewRelay(o *Outbox, c Config) *Relay {
	if c.Poll <= 0 {
		c.Poll = time.Second
	}
	if c.Lease <= 0 {
		c.Lease = time.Minute
	}
	if c.Keep <= 0 {
		c.Keep = 7 * 24 * time.Hour
	}
	if c.Remember <= 0 {
		c.Remember = 365 * 24 * time.Hour
	}
	if c.Batch <= 0 {
		c.Batch = 500
	}
	r := &Relay{outbox: o, config: c, feeding: map[string]*task{}, strangers: map[string]bool{}}
	r.fanning = newTask("fan-out of events", (&fanOut{relay: r}).step)
	for name, sink := range c.Events {
		f := &feed{relay: r, name: name, sink: sink, queue: o.queue.Sink(name), batch: c.Batch}
		r.feeding[name] = newTask("event sink "+name, f.step)
		r.feeding[name].end = f.end
	}
	r.jobs = newTask("hand-over of jobs", (&jobTask{relay: r, batch: c.Batch}).step)
	r.deliveries = newTask("hand-over of deliveries", (&deliveryTask{relay: r, failed: map[string]failure{}}).step)
	r.fanning.grain, r.deliveries.grain = grain, grain
	r.cleaning = newTask("clean-up", r.cleanUp)
	return r
}

// grain is that of what wakes the relay for each commit, and for the end of each
// attempt.
const grain = 5 * time.Millisecond

// Run relays events, jobs and deliveries until ctx is done. Then it waits for the work in
// progress, and returns nil. A commit of this process wakes it up. It fails only for a
// Config that cannot work, and for a second Run of the same Relay.
func (r *Relay) Run(ctx context.Context) error {
	if r.ran.Swap(true) {
		return errors.New("outbox: this Relay has run already: make another one with NewRelay")
	}
	if err := r.config.check(); err != nil {
		return err
	}
	r.outbox.relays.add(r)
	defer r.outbox.relays.remove(r)
	defer r.outbox.db.OnStaged(r.committed)()
	var running sync.WaitGroup
	for _, t := range r.tasks() {
		running.Go(func() { r.loop(ctx, t) })
	}
	running.Wait()
	return nil
}

// tasks returns what the config asks for.
func (r *Relay) tasks() []*task {
	tasks := slices.Collect(maps.Values(r.feeding))
	if len(r.feeding) > 0 || r.config.Router != nil {
		tasks = append(tasks, r.fanning)
	}
	if r.config.Engine != nil {
		tasks = append(tasks, r.jobs)
		if r.config.Deliverer != nil {
			tasks = append(tasks, r.deliveries)
		}
	}
	return append(tasks, r.cleaning)
}

// Wake tells the relay that there may be work of any kind, for example after an
// operator has replayed deliveries. It returns at once. A relay wakes by itself after
// every commit of this process that left events or jobs, and after every attempt.
func (r *Relay) Wake() {
	r.committed()
	r.lookForDeliveries()
}

// committed tells the relay that there may be new events and jobs.
func (r *Relay) committed() {
	r.fanning.poke()
	r.jobs.poke()
}

func (r *Relay) lookForDeliveries() { r.deliveries.poke() }

func (r *Relay) lookForJobs() { r.jobs.poke() }

// maxName is how many characters the name of an endpoint or of an event sink
// has at most; the column holds no more.
const maxName = 63

func (c *Config) check() error {
	for name, sink := range c.Events {
		switch {
		case name == "" || len(name) > maxName:
			return fmt.Errorf("outbox: the name of an event sink has 1 to %d characters: rename %q", maxName, name)
		case sink == nil:
			return fmt.Errorf("outbox: the event sink %q is nil", name)
		}
	}
	if c.Deliverer == nil {
		return nil
	}
	for _, l := range c.Deliverer.Limits() {
		if _, taken := c.Events[l.Endpoint]; taken {
			return fmt.Errorf("outbox: an event sink and a webhook endpoint are both called %q: rename one, as each has a queue of that name", l.Endpoint)
		}
		if l.Endpoint == "" || len(l.Endpoint) > maxName {
			return fmt.Errorf("outbox: the name of a webhook endpoint has 1 to %d characters: rename %q", maxName, l.Endpoint)
		}
	}
	return nil
}
