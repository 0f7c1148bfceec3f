// Package queue has the statements that relays, engines and operators run on the
// tables of the outbox. It knows rows and states, and nothing of sinks, HTTP or logs:
//
//	Events      events into the queues of their destinations
//	Jobs        jobs that are due, leased to an engine
//	Deliveries  deliveries that are due, leased to an engine, an endpoint at a time
//	Outcomes    how attempts ended
//	Sink        the queue of one event sink
//	Endpoints   what is known of each endpoint and sink
//	Finished    what was kept long enough
//	Changes     what an operator changes
//
// A delivery goes from pending to leased, and from there to delivered or exhausted, or
// back to pending for the next attempt; an operator makes it cancelled, or pending
// again. Of an ordered endpoint, a pending delivery is blocked while an earlier one of
// its document is not finished.
package queue
