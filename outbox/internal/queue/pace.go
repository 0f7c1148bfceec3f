package queue

import (
	"math"
	"time"
)

// catchUp is how far an endpoint with a rate may be behind its slots and still catch
// up: so many attempts begin together that they need no lease of their own each.
const catchUp = 100 * time.Millisecond

// clockSkew is how far the clocks of processes may be apart, in milliseconds.
const clockSkew = 5000

// A pace is where an endpoint is in its slots, of which its rate gives one to each
// attempt. The times are Unix milliseconds, with fractions as far as they are computed.
type pace struct {
	interval float64 // between two slots
	next     float64 // the next slot
	now      float64
	free     int // slots that have come
}

// pace returns where the endpoint is, if next is its next slot as stored.
func (e Endpoint) pace(next, now int64) pace {
	if e.Rate <= 0 {
		return pace{free: math.MaxInt}
	}
	p := pace{interval: 1000 / e.Rate, now: float64(now)}
	p.next = max(float64(next), p.now-float64(catchUp.Milliseconds()))
	if p.next > p.now+p.interval+clockSkew { // the clock has gone back, or the rate up
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
