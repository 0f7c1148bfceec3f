// Package nats hands what an outbox holds to NATS JetStream.
//
// A [Sink] publishes events as auth.events.user.updated and the like. What is in
// the stream survives, is there once, and is in order for each document:
//
//   - an event counts as taken when the stream has acknowledged it, and comes
//     again until then;
//   - its id is the id of the message (Nats-Msg-Id), so that a stream drops what
//     comes again, as long as it remembers ids: its duplicates window, an hour if
//     [Sink.EnsureStream] makes it. What comes again later is in the stream
//     twice, under one id;
//   - of one document, an event is published when the one before it has been
//     acknowledged. Consumers that see one twice find it by its sequence.
//
// Jobs and attempts to deliver webhooks go the same way, if the sink is a relay's
// engine: [Entry] makes of a message what a handler takes.
package nats
