package faults

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"github.com/authgen/authgen/dialect"
)

// A table keeps arrivals, in their order. Nothing about it keeps one from coming
// in twice.
type table string

// The tables of the tests.
const (
	sharedTable   table = "shared_arrival"   // what the shared sink has taken
	receivedTable table = "received_arrival" // what the receiver has handled
)

func (name table) create(ctx context.Context, kind dialect.Kind, db *sql.DB) error {
	counted := map[dialect.Kind]string{
		dialect.SQLite: "INTEGER PRIMARY KEY AUTOINCREMENT", dialect.Postgres: "BIGSERIAL PRIMARY KEY", dialect.MySQL: "BIGINT AUTO_INCREMENT PRIMARY KEY",
	}[kind]
	_, err := db.ExecContext(ctx, fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s (n %s, desk VARCHAR(60) NOT NULL, visit BIGINT NOT NULL, event_id VARCHAR(60) NOT NULL)", name, counted))
	return err
}

// insert notes an arrival, whose texts need no quotes.
func (name table) insert(ctx context.Context, tx *sql.Tx, a arrival) error {
	_, err := tx.ExecContext(ctx, fmt.Sprintf("INSERT INTO %s (desk, visit, event_id) VALUES ('%s', %d, '%s')", name, a.desk, a.number, a.id))
	return err
}

func (name table) read(t testing.TB, db *sql.DB) (all arrivals) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), fmt.Sprintf("SELECT desk, visit, event_id FROM %s ORDER BY n", name))
	must(t, err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var a arrival
		must(t, rows.Scan(&a.desk, &a.number, &a.id))
		all = append(all, a)
	}
	must(t, rows.Err())
	return all
}
