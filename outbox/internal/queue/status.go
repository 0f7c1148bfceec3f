package queue

import "context"

// statusInterval is how often the last success and the last failure of an endpoint are
// written at most, in milliseconds, so that its attempts do not contend for one row.
const statusInterval = 1000

// A status is that an endpoint has succeeded, or failed.
type status struct {
	endpoint string
	success  bool
}

// storedLately reports whether this process has just written the same status.
func (o *Outcomes) storedLately(s status) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	at, ok := o.status[s]
	now := o.db.Now()
	return ok && now < at+statusInterval && now >= at
}

// rememberStatus remembers which statuses were stored, at that time.
func (o *Outcomes) rememberStatus(batch []*ended, at int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range batch {
		if !e.known {
			o.status[status{e.Endpoint, e.State == Delivered}] = at
		}
	}
}

// storeStatus stores what attempts say of their endpoint.
func (o *Outcomes) storeStatus(ctx context.Context, tx *Tx, ofEndpoint []*ended, now int64) error {
	stored := map[bool]bool{}
	for _, e := range ofEndpoint {
		success := e.State == Delivered
		e.known = !e.Disable && (stored[success] || o.storedLately(status{e.Endpoint, success}))
		if e.known {
			continue
		}
		stored[success] = true
		if err := succeededOrFailed(ctx, tx, e.Endpoint, success, now); err != nil {
			return err
		}
		if e.Disable {
			var err error
			if e.Disabled, err = disable(ctx, tx, e.Endpoint, e.Error, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// succeededOrFailed stores when an endpoint last succeeded or failed.
func succeededOrFailed(ctx context.Context, tx *Tx, name string, success bool, now int64) error {
	column := `"failed_at"`
	if success {
		column = `"succeeded_at"`
	}
	_, err := tx.Exec(ctx, `UPDATE "authgen_endpoint" SET `+column+` = ? WHERE "name" = ? AND (`+column+` IS NULL OR `+column+` <= ?)`, now, name, now-statusInterval)
	return err
}
