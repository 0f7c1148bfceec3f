package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// checkPooler refuses some connections through a pooler that gives each transaction another
// session, such as PgBouncer with pool_mode=transaction. It refuses those that prepare
// statements: the next message might not find the prepared statement, or find another one
// of that name.
//
// It sends nothing to a server without a pooler.
func checkPooler(ctx context.Context, conn *pgx.Conn, pid uint32) error {
	if conn.PgConn().PID() == pid {
		return nil // the server that answered the start-up also runs the statements
	}
	switch conn.Config().DefaultQueryExecMode {
	case pgx.QueryExecModeCacheStatement:
		if kept, err := keepsNames(ctx, conn); err != nil || !kept {
			return err
		}
		return checkShared(ctx, conn, "cache_statement, its default", ", or set max_prepared_statements in PgBouncer, 1.21 or later")
	case pgx.QueryExecModeDescribeExec:
		return checkShared(ctx, conn, "describe_exec", "")
	}
	return nil
}

// checkShared refuses a query mode unless each connection has a session of its own.
func checkShared(ctx context.Context, conn *pgx.Conn, mode, otherwise string) error {
	shared, err := sharesSessions(ctx, conn)
	if err != nil || !shared {
		return err
	}
	return fmt.Errorf("the connections go through a pooler in transaction mode, which loses the statements that pgx prepares in the mode %s: add default_query_exec_mode=cache_describe to the DSN%s", mode, otherwise)
}

// keepsNames reports whether a prepared statement has the same name in the server's session.
// A pooler that knows prepared statements gives it another name, and prepares it in every
// session that runs it.
func keepsNames(ctx context.Context, conn *pgx.Conn) (kept bool, err error) {
	const name = "authgen_open"
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { // so that all of it is in one session
		if _, err := tx.Prepare(ctx, name, "SELECT 1"); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_prepared_statements WHERE name = $1)", pgx.QueryExecModeExec, name).Scan(&kept)
		return errors.Join(err, conn.Deallocate(ctx, name))
	})
	return kept, err
}

// sharesSessions reports whether connections change sessions. With many clients on the
// pooler it may take a few attempts to see that.
func sharesSessions(ctx context.Context, conn *pgx.Conn) (bool, error) {
	other, err := pgx.ConnectConfig(ctx, conn.Config())
	if err != nil {
		return false, nil // the server has no room for two connections, which says nothing about the pooler
	}
	defer func() { _ = other.Close(ctx) }()
	var first string
	const turns = 5
	for range turns {
		one, err := session(ctx, conn)
		if err != nil {
			return false, err
		}
		two, err := session(ctx, other)
		if err != nil {
			return false, err
		}
		if first == "" {
			first = one
		}
		if one != first || two == one {
			return true, nil
		}
	}
	return false, nil
}

// session returns an identifier, unique among all servers, of the session in which a
// connection runs a statement.
func session(ctx context.Context, conn *pgx.Conn) (name string, err error) {
	err = conn.QueryRow(ctx, "SELECT pg_backend_pid() || ' ' || pg_postmaster_start_time()", pgx.QueryExecModeExec).Scan(&name)
	return name, err
}
