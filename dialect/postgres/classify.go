package postgres

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/authgen/authgen/dialect"
)

// Classify reads the SQLSTATE of a failure (PostgreSQL's manual, appendix A).
func (postgresDialect) Classify(err error) dialect.Fault {
	var reported *pgconn.PgError
	switch {
	case errors.As(err, &reported):
	case errors.Is(err, errNotCommitted):
		return dialect.Fault{Kind: dialect.FaultLost, Undone: true}
	default:
		return dialect.Fault{Kind: classifyUnreported(err)}
	}
	switch code := reported.Code; {
	case code == "23505": // unique_violation
		return dialect.Fault{Kind: dialect.FaultUnique, Constraint: reported.ConstraintName}
	case code == "23503" || code == "23001": // foreign_key_violation, restrict_violation
		return dialect.Fault{Kind: dialect.FaultForeignKey, Constraint: reported.ConstraintName}
	case code == "40003": // statement_completion_unknown
		return dialect.Fault{Kind: dialect.FaultLost}
	case strings.HasPrefix(code, "40"): // the transaction was rolled back: serialization_failure, deadlock_detected and others
		return dialect.Fault{Kind: dialect.FaultRetry}
	case code == "55P03": // lock_not_available
		return dialect.Fault{Kind: dialect.FaultLockWait}
	case code == "0A000" && reported.Routine == "RevalidateCachedQuery": // "cached plan must not change result type"
		return dialect.Fault{Kind: dialect.FaultStale}
	case code == "25006": // read_only_sql_transaction
		return dialect.Fault{Kind: dialect.FaultReadOnly}
	case code == "53300", strings.Contains(reported.Message, "no more connections allowed"): // too_many_connections; PgBouncer
		return dialect.Fault{Kind: dialect.FaultFull}
	case code == "42P01": // undefined_table
		return dialect.Fault{Kind: dialect.FaultNoTable}
	case code == "25P02" || code == "25P01": // in_failed_sql_transaction, no_active_sql_transaction
		return dialect.Fault{Kind: dialect.FaultLost}
	case code == "25P03":
		// The server checks idle_in_transaction_session_timeout before each statement, also
		// before COMMIT. transaction_timeout (25P04) can also end a running COMMIT.
		return dialect.Fault{Kind: dialect.FaultLost, Undone: true}
	case strings.HasPrefix(code, "57P"), strings.HasPrefix(code, "08"), // the server stops, the connection breaks
		reported.SeverityUnlocalized == "FATAL", reported.SeverityUnlocalized == "PANIC":
		return dialect.Fault{Kind: dialect.FaultLost}
	case code == "23514": // check_violation
		return dialect.Fault{Kind: dialect.FaultData, Check: reported.ConstraintName}
	case strings.HasPrefix(code, "22") || strings.HasPrefix(code, "23"), // data exceptions and the other constraints
		code == "54000", code == "P0001": // too long for an index, RAISE in a trigger of the database's
		return dialect.Fault{Kind: dialect.FaultData, Column: reported.ColumnName}
	}
	return dialect.Fault{}
}

// classifyUnreported classifies failures that the server did not report.
func classifyUnreported(err error) dialect.FaultKind {
	var network net.Error
	switch {
	case isEncoding(err): // before the connection is checked, because pgx closes it if it was sending several statements
		return dialect.FaultData
	case errors.As(err, new(*lostError)), errors.Is(err, driver.ErrBadConn),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &network):
		return dialect.FaultLost
	}
	return dialect.FaultOther
}

// isEncoding reports whether pgx found a value that does not fit. Its error quotes the value
// and has no type of its own.
func isEncoding(err error) bool {
	text := err.Error()
	return strings.Contains(text, "failed to encode args[") || strings.Contains(text, "unable to encode ")
}

// Redact copies the names in the error, and leaves out the texts.
func (postgresDialect) Redact(err error) error {
	var reported *pgconn.PgError
	if !errors.As(err, &reported) {
		return nil
	}
	return &pgconn.PgError{
		Severity: reported.Severity, SeverityUnlocalized: reported.SeverityUnlocalized, Code: reported.Code, Message: dialect.Withheld,
		SchemaName: reported.SchemaName, TableName: reported.TableName, ColumnName: reported.ColumnName,
		DataTypeName: reported.DataTypeName, ConstraintName: reported.ConstraintName,
		File: reported.File, Line: reported.Line, Routine: reported.Routine,
	}
}
