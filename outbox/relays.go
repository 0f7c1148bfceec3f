package outbox

import "sync"

// relays are those that run on an outbox in this process.
type relays struct {
	mu  sync.Mutex
	all map[*Relay]struct{}
}

func (r *relays) add(relay *Relay) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all == nil {
		r.all = map[*Relay]struct{}{}
	}
	r.all[relay] = struct{}{}
}

func (r *relays) remove(relay *Relay) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.all, relay)
}

// wake makes each relay look for work now, of the kinds that look says.
func (r *relays) wake(look func(*Relay)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for relay := range r.all {
		look(relay)
	}
}
