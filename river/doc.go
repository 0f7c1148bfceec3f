// Package river runs what the outbox hands over: jobs when they are due, and
// attempts to deliver webhooks. The engine is River (riverqueue.com), in the
// tables of a Postgres or SQLite database.
//
//	engine, err := river.OpenShared(ctx, river.Postgres(pool), river.Config{Handlers: handlers})
//	err = engine.Migrate(ctx)
//	err = engine.Start(ctx)
//	defer engine.Stop(ctx)
//	relay := outbox.NewRelay(box, outbox.Config{Engine: engine})
//	err = relay.Run(ctx)
//
// Where River's tables are in the outbox's own database ([OpenShared]), a job
// leaves the outbox in the transaction in which River takes it: exactly once.
// Where they are elsewhere ([Open]), for example beside a MySQL or MariaDB, it is
// handed over at least once, under its id, and River refuses to take the same
// id twice for as long as it remembers it ([Config.Keep]).
//
// However it was handed over, a job whose process dies is run again, so a
// handler must bear to be run twice. outbox.EntryOf gives it an id that stays
// the same.
package river
