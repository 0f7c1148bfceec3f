// Package receivers holds the tests of what becomes of events whose receivers
// misbehave: from a write by a generated adapter, through the outbox and its
// relay, over HTTP, to a receiver that hangs, fails, breaks off or floods, and
// then works again.
package receivers
