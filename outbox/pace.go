package outbox

import (
	"math"
	"time"
)

// paceGrain is how far an endpoint with a rate may be behind its slots and still
// catch up: so many attempts begin together that a claim for each is not needed.
const paceGrain = 100 * time.Millisecond

// paceSkew is how far the clocks of processes may be apart, in milliseconds.
const paceSkew = 5000

// A pace is where an endpoint is in its slots, of which its rate gives one
// attempt each. The times are Unix milliseconds, with fractions as far as they
// are computed.
type pace struct {
	interval float64 // between two slots
	next     float64 // the next slot
	now      float64
	free     int // slots that have come
}

// pace returns where the endpoint is, if next is its next slot as stored.
func (l Limits) pace(next, now int64) pace {
	if l.Rate <= 0 {
		return pace{free: math.MaxInt}
	}
	p := pace{interval: 1000 / l.Rate, now: float64(now)}
	p.next = max(float64(next), p.now-float64(paceGrain.Milliseconds()))
	if p.next > p.now+p.interval+paceSkew { // the clock has gone back, or the rate up
		p.next = p.now
	}
	if p.next <= p.now {
		p.free = int(min((p.now-p.next)/p.interval, math.MaxInt32)) + 1
	}
	return p
}

// wait returns how long it is to the next slot.
func (p pace) wait() time.Duration {
	return time.Duration((p.next - p.now) * float64(time.Millisecond))
}

// after returns the slot that is next when n have been used.
func (p pace) after(n int) int64 { return int64(math.Ceil(p.next + float64(n)*p.interval)) }

func (l Limits) concurrency() int {
	if l.Concurrency <= 0 {
		return DefaultConcurrency
	}
	return l.Concurrency
}

func (l Limits) timeout() time.Duration {
	if l.Timeout <= 0 {
		return DefaultTimeout
	}
	return l.Timeout
}
