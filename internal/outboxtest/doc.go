// Package outboxtest has what the tests of the outbox's packages share: an outbox on
// each database whose clock the test sets, and fake endpoints and sinks.
package outboxtest
