// Package webhook sends the events of the outbox to receivers over HTTP, and
// receives them, signed as Standard Webhooks asks
// (https://www.standardwebhooks.com).
//
// A program that sends makes a [Sender] of its endpoints, written in Go or read
// by package endpoints, and gives it to the relay of the outbox, which keeps the
// deliveries and decides when one is due: see the example of [New].
//
// A program that receives serves a [Handler], of which there is an example, too.
//
// An event is delivered at least once. Its id stays the same, and its sequence
// number tells the order within its document; an [SQLStore] makes of that exactly
// once, and never an older one after a newer.
package webhook
