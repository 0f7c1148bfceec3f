// Package webhook sends the events of the outbox to receivers over HTTP, and
// receives them, signed as Standard Webhooks asks
// (https://www.standardwebhooks.com).
//
// A program that sends makes a [Sender] of its endpoints, written in Go or read
// by package endpoints, and gives it to the relay of the outbox, which keeps the
// deliveries and decides when one is due: see the example of [New].
//
// A program that receives serves a [Handler], which has an example, too.
//
// An event is delivered at least once. Its id stays the same, and its sequence
// number tells the order within its document. An [SQLStore] uses both to handle each
// event exactly once, and to drop one that arrives after a newer event of the same
// document.
package webhook
