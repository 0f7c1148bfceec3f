// Package outbox hands on what transactions recorded: events to webhook endpoints and
// brokers, jobs to the engine that runs them.
//
// A transaction writes its events and jobs into tables beside the data (authgen_event,
// authgen_job), so they exist exactly if it committed. A [Relay] finds them and hands
// them over:
//
//	event ── fan-out ──► authgen_delivery ──► each endpoint, by attempts that the engine runs
//	                                     └──► each event sink, in batches
//	job ──── when due ─► the engine
//
// The fan-out is one transaction, so an event is in the queue of each of its
// destinations exactly once, and no destination waits for another one that is down.
// From there on everything is handed over at least once, always under the same id. Where
// the sink shares the database it is handed over exactly once (see [Transactional]).
//
// Package outbox/admin shows operators and programs what is in the outbox, and changes it.
package outbox
