// Package faults kills what runs: it tests with processes of their own, on every
// database, what docs/events.md, docs/jobs.md and docs/webhooks.md promise where
// an application, a relay, a receiver or a database ends in the middle.
//
// Everything in it is about desks that are visited. A visit writes a row, and
// with it leaves an event and a job, so the rows tell what must have arrived:
// of each desk every visit, and nothing else.
package faults
