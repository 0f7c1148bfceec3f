package outbox

import "context"

// noteGrain is how often the last success and failure of an endpoint are written, at
// most, in milliseconds, so that its attempts do not contend for one row.
const noteGrain = 1000

// A note is the status of an endpoint that an attempt leads to.
type note struct {
	endpoint string
	success  bool
}

// notedLately reports whether this store has just written the same status.
func (s *Outbox) notedLately(endpoint string, success bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.notes[note{endpoint, success}]
	return ok && s.now() < at+noteGrain && s.now() >= at
}

// noted remembers what was stored of an endpoint, at that time.
func (s *Outbox) noted(endpoint string, o Outcome, at int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notes[note{endpoint, o.Verdict == Delivered}] = at
}

// noteAll stores what attempts say of their endpoint.
func (s *Outbox) noteAll(ctx context.Context, tx *statements, ofEndpoint []*ended, now int64) error {
	stored := map[bool]bool{}
	for _, e := range ofEndpoint {
		success := e.Verdict == Delivered
		e.known = e.Verdict != DisableEndpoint && (stored[success] || s.notedLately(e.Endpoint, success))
		if e.known {
			continue
		}
		stored[success] = true
		var err error
		if e.disabled, err = tx.noteEndpoint(ctx, e.Endpoint, e.Outcome, now); err != nil {
			return err
		}
	}
	return nil
}

// noteEndpoint stores what an outcome says of the endpoint, and reports whether
// it is disabled by it.
func (s *statements) noteEndpoint(ctx context.Context, name string, o Outcome, now int64) (disabled bool, err error) {
	column := `"failed_at"`
	if o.Verdict == Delivered {
		column = `"succeeded_at"`
	}
	if _, err := s.exec(ctx, `UPDATE "authgen_endpoint" SET `+column+` = ? WHERE "name" = ? AND (`+column+` IS NULL OR `+column+` <= ?)`, now, name, now-noteGrain); err != nil {
		return false, err
	}
	if o.Verdict != DisableEndpoint {
		return false, nil
	}
	n, err := s.exec(ctx, `UPDATE "authgen_endpoint" SET "disabled_at" = ?, "reason" = ? WHERE "name" = ? AND "disabled_at" IS NULL`, now, o.Error, name)
	return n > 0, err
}
