package outbox

import (
	"context"
	"time"
)

// cleanEvery is how often the relay looks for what was kept long enough.
const cleanEvery = time.Minute

// cleanUp removes finished deliveries that were kept long enough, of every queue there
// ever was.
func (r *Relay) cleanUp(ctx context.Context) (time.Duration, error) {
	if err := r.lookForStrangers(ctx); err != nil {
		return 0, err
	}
	names, err := r.outbox.queue.Endpoints().Names(ctx)
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		for more := true; more && ctx.Err() == nil; {
			if more, err = r.cleanQueue(ctx, name); err != nil {
				return 0, err
			}
		}
	}
	return cleanEvery, nil
}

// cleanQueue looks at one batch, and reports whether there may be another.
func (r *Relay) cleanQueue(ctx context.Context, name string) (bool, error) {
	now, finished := r.outbox.queue.Now(), r.outbox.queue.Finished(name)
	before, forgotten := now-r.config.Keep.Milliseconds(), now-r.config.Remember.Milliseconds()
	old, err := finished.Old(ctx, before)
	if err != nil || !old {
		return false, err
	}
	ctx, done := r.outbox.trace(ctx, Span{Name: SpanCleanUp, Endpoint: name})
	removed, more, err := finished.Remove(ctx, before, forgotten)
	done(SpanEnd{Entries: removed, Err: err})
	return more, err
}
