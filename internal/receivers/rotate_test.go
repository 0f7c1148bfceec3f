package receivers

import (
	"net/http"
	"testing"
)

var oldSecret, newSecret = secretOf("yesterday"), secretOf("today")

// A rotation replaces the secret of a receiver, by and by.
type rotation struct {
	*env
	ledger  *ledger
	at      *receiver
	senders []*process
	events  int
}

func (e *env) rotation() *rotation {
	e.Helper()
	r := &rotation{env: e, ledger: e.newLedger()}
	r.at = e.receiver(r.ledger.handler(oldSecret))
	return r
}

// sends starts a process of the sender that signs with secrets.
func (r *rotation) sends(secrets ...string) *process {
	r.Helper()
	endpoint := r.at.endpoint("receiver")
	endpoint.Secrets, endpoint.Ordered = secretsOf(secrets...), true
	p := r.process(endpoint)
	r.senders = append(r.senders, p)
	return p
}

// writes has ten documents created, each changed once.
func (r *rotation) writes() {
	r.Helper()
	const documents, changes = 10, 1
	r.desks(documents, changes)
	r.events += documents * (1 + changes)
}

// refused returns how many deliveries were answered 401.
func (r *rotation) refused() (n int) {
	for _, p := range r.senders {
		for _, a := range p.tries.at("receiver") {
			if a.Outcome.Status == http.StatusUnauthorized {
				n++
			}
		}
	}
	return n
}

// complete fails the test unless all events were handled, each once.
func (r *rotation) complete() {
	r.Helper()
	r.delivered("receiver", r.events)
	seen := map[string]bool{}
	entries := r.ledger.entries(r.T)
	for _, one := range entries {
		seen[one.ID] = true
	}
	if len(seen) != r.events || len(entries) != r.events {
		r.Errorf("of %d events %d were handled, %d times in all", r.events, len(seen), len(entries))
	}
}

// TestSecretsRotate replaces a secret while events are under way: the sender
// signs with both, the receiver changes over, the sender drops the old one. Its
// processes take turns, so that one signs the old way beside another that signs
// the new. Nothing is refused.
func TestSecretsRotate(t *testing.T) {
	onEach(t, func(e *env) {
		r := e.rotation()
		first := r.sends(oldSecret)
		r.writes()
		second := r.sends(oldSecret, newSecret)
		r.writes()
		first.stop()
		r.writes()
		r.at.becomes(r.ledger.handler(newSecret))
		r.writes()
		third := r.sends(newSecret)
		r.writes()
		second.stop()
		r.writes()
		r.complete()
		if n := r.refused(); n > 0 {
			e.Errorf("%d deliveries were refused", n)
		}
		third.stop()
	})
}

// TestSecretsRotateTooSoon has the receiver change over before the sender knows
// the new secret: what it refuses comes again, and is signed anew then.
func TestSecretsRotateTooSoon(t *testing.T) {
	e := onSQLite(t)
	r := e.rotation()
	first := r.sends(oldSecret)
	r.writes()
	r.delivered("receiver", r.events)
	r.at.becomes(r.ledger.handler(newSecret))
	r.writes()
	e.eventually("each document's first is refused, and waits", func() bool {
		return r.refused() == 10 && e.queue("receiver").Retrying == 10
	})
	first.stop()
	second := r.sends(oldSecret, newSecret)
	e.arrive("receiver", r.events)
	r.complete()
	second.stop()
}
