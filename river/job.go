package river

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	riverqueue "github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/authgen/authgen/outbox"
)

// JobKind is River's kind of all jobs of the outbox. The type that the program gave
// to a job is in its arguments, and is not River's kind, because the process that River has elected as leader
// rescues the jobs of processes that died, and throws away those of kinds it
// does not know: of a release that is just being rolled out, or of a process
// with other tasks.
const JobKind = "authgen_job"

// DeliveryKind is River's kind of all attempts to deliver.
const DeliveryKind = "authgen_delivery"

// JobQueue is River's queue of jobs.
const JobQueue = "authgen"

// A job is an outbox.Entry as River stores it. The names are what River's UI
// shows.
type job struct {
	ID         string          `json:"id" river:"unique"`
	Type       string          `json:"type,omitempty"`
	Endpoint   string          `json:"endpoint,omitempty"`
	Table      string          `json:"table,omitempty"`
	DocumentID string          `json:"documentId,omitempty"`
	Sequence   int64           `json:"sequence,omitempty"`
	Due        time.Time       `json:"due"`
	Args       json.RawMessage `json:"args,omitempty"`
	Text       string          `json:"text,omitempty"` // instead of Args, JSON that Postgres cannot hold as jsonb
}

// A jobArgs is a job of the outbox, a deliveryArgs an attempt to deliver.
type (
	jobArgs      struct{ job }
	deliveryArgs struct{ job }
)

// Kind gives River's kind.
func (jobArgs) Kind() string { return JobKind }

// Kind gives River's kind.
func (deliveryArgs) Kind() string { return DeliveryKind }

// jobOf returns what River stores of an entry.
func jobOf(e outbox.Entry, asText bool) job {
	j := job{ID: e.ID, Type: e.Type, Endpoint: e.Endpoint, Table: e.Table, DocumentID: e.DocumentID, Sequence: e.Sequence, Due: e.Due}
	if asText || !json.Valid(e.Body) {
		j.Text = string(e.Body)
	} else {
		j.Args = e.Body
	}
	return j
}

// entry returns the entry that the job was made of, without its Kind.
func (j job) entry() outbox.Entry {
	body := j.Args
	if j.Text != "" {
		body = json.RawMessage(j.Text)
	}
	return outbox.Entry{ID: j.ID, Type: j.Type, Endpoint: j.Endpoint, Table: j.Table, DocumentID: j.DocumentID, Sequence: j.Sequence, Due: j.Due, Body: body}
}

func (a jobArgs) entry() outbox.Entry {
	e := a.job.entry()
	e.Kind = outbox.KindJob
	return e
}

func (a deliveryArgs) entry() outbox.Entry {
	e := a.job.entry()
	e.Kind = outbox.KindDelivery
	return e
}

// The states in which a job keeps its id from being taken again.
var (
	// unfinished are those of a delivery: when an attempt is over, the outbox
	// may ask for it again, for example by a replay.
	unfinished = []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
		rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}
	// remembered are those of a job: however it ended, it was taken.
	remembered = append([]rivertype.JobState{
		rivertype.JobStateCancelled, rivertype.JobStateCompleted, rivertype.JobStateDiscarded,
	}, unfinished...)
)

// deliveryAttempts is how often River runs one attempt to deliver, if its
// outcome could not be stored. After that the outbox, whose lease has ended,
// asks for it again.
const deliveryAttempts = 3

// insertion returns what is to be inserted for an entry. With known, the id is
// not looked at: the removal from the outbox shows that the entry is new.
func insertion(e outbox.Entry, maxAttempts int, asText, known bool) (riverqueue.InsertManyParams, error) {
	j := jobOf(e, asText)
	opts := &riverqueue.InsertOpts{}
	var args riverqueue.JobArgs
	switch e.Kind {
	case outbox.KindJob:
		args, opts.Queue, opts.MaxAttempts = jobArgs{j}, JobQueue, maxAttempts
		opts.UniqueOpts.ByState = remembered
	case outbox.KindDelivery:
		args, opts.Queue, opts.MaxAttempts = deliveryArgs{j}, EndpointQueue(e.Endpoint), deliveryAttempts
		opts.UniqueOpts.ByState = unfinished
	default:
		return riverqueue.InsertManyParams{}, fmt.Errorf("river: entry %s is of kind %v: the engine takes jobs and deliveries; give events to an event sink", e.ID, e.Kind)
	}
	opts.UniqueOpts.ByArgs = true
	if known {
		opts.UniqueOpts = riverqueue.UniqueOpts{}
	}
	return riverqueue.InsertManyParams{Args: args, InsertOpts: opts}, nil
}

// queueName is the rule of River for names of queues, of up to 64 characters.
var queueName = regexp.MustCompile(`^[a-z0-9]+([_-]?[a-z0-9]+)*$`)

// EndpointQueue returns the name of River's queue of the deliveries to a webhook
// endpoint: "webhook-" and its name, or a hash of it where River would not take
// that. Each endpoint has a queue of its own, so that a slow one holds up no
// other.
func EndpointQueue(endpoint string) string {
	name := "webhook-" + endpoint
	if len(name) <= 64 && queueName.MatchString(name) {
		return name
	}
	sum := sha256.Sum256([]byte(endpoint))
	return "webhook-" + hex.EncodeToString(sum[:16])
}
