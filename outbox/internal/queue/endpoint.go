package queue

import (
	"context"
	"slices"
	"time"
)

// An Endpoint is how a webhook endpoint is to be treated.
type Endpoint struct {
	Name        string
	Ordered     bool
	Concurrency int           // attempts at once
	Rate        float64       // attempts in a second; 0: any number
	Lease       time.Duration // after which an attempt counts as dead
}

// Endpoints tells and changes what is known of endpoints and event sinks.
type Endpoints struct{ db *DB }

// Endpoints returns what is known of endpoints and event sinks.
func (d *DB) Endpoints() Endpoints { return Endpoints{d} }

// Names returns the names of all endpoints and event sinks that events ever went to, in
// order.
func (e Endpoints) Names(ctx context.Context) (names []string, err error) {
	err = e.db.Read(ctx, func(ctx context.Context, tx *Tx) (err error) {
		names, err = QueueNames(ctx, tx)
		return err
	})
	return names, err
}

// QueueNames is [Endpoints.Names] as a part of a unit.
func QueueNames(ctx context.Context, tx *Tx) ([]string, error) {
	names, err := tx.Texts(ctx, `SELECT "name" FROM "authgen_endpoint" ORDER BY "name"`)
	slices.Sort(names)
	return names, err
}

// UsedSince returns the names of those for which something was attempted since a time.
func (e Endpoints) UsedSince(ctx context.Context, since int64) (names []string, err error) {
	err = e.db.Read(ctx, func(ctx context.Context, tx *Tx) (err error) {
		names, err = tx.Texts(ctx, `SELECT "name" FROM "authgen_endpoint" WHERE "disabled_at" IS NULL AND ("succeeded_at" > ? OR "failed_at" > ?) ORDER BY "name"`, since, since)
		return err
	})
	return names, err
}

// Enable lets a disabled endpoint have deliveries again, and reports whether there is
// such an endpoint.
func (e Endpoints) Enable(ctx context.Context, name string) (found bool, err error) {
	err = e.db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.Exec(ctx, `UPDATE "authgen_endpoint" SET "disabled_at" = NULL, "reason" = NULL WHERE "name" = ?`, name)
		found = n > 0
		return err
	})
	return found, err
}

// Disable lets an endpoint have no more deliveries.
func (e Endpoints) Disable(ctx context.Context, name, reason string) error {
	return e.db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := introduce(ctx, tx, name); err != nil {
			return err
		}
		_, err := disable(ctx, tx, name, Text(reason), e.db.Now())
		return err
	})
}

// introduce makes sure that an endpoint or event sink has its row.
func introduce(ctx context.Context, tx *Tx, name string) error {
	_, err := tx.Exec(ctx, `INSERT INTO "authgen_endpoint" ("name") VALUES (?)`+tx.words.SkipExisting("authgen_endpoint", "name"), name)
	return err
}

// disable reports whether the endpoint was not disabled before.
func disable(ctx context.Context, tx *Tx, name, reason string, now int64) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE "authgen_endpoint" SET "disabled_at" = ?, "reason" = ? WHERE "name" = ? AND "disabled_at" IS NULL`, now, reason, name)
	return n > 0, err
}
