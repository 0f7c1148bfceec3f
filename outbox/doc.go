// Package outbox takes what transactions recorded to where it belongs: events
// to webhook endpoints and brokers, jobs to the engine that runs them.
//
// A transaction writes its events and jobs into tables beside the data
// (authgen_event, authgen_job), so they are there exactly if it committed. A
// [Relay] finds them and hands them over:
//
//	event ── fan-out ──► authgen_delivery ──► each endpoint, by attempts that the engine runs
//	                                     └──► each event sink, in batches
//	job ──── when due ─► the engine
//
// The fan-out is one transaction, so an event is in the queue of each of its
// destinations exactly once, and a destination that is down holds up nobody
// else. From there on everything is handed over at least once, under an id that
// stays the same, or exactly once where the sink shares the database (see
// [Transactional]).
//
// All statements are in this package. A [Outbox] runs them, and gives the
// operator a view: [Outbox.Status], [Outbox.List], [Outbox.Show], [Outbox.Replay].
package outbox
