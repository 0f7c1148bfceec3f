package postgres

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/authgen/authgen/dialect"
)

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		err  pgconn.PgError
		want dialect.FaultKind
	}{
		{pgconn.PgError{Code: "40001"}, dialect.FaultRetry},
		{pgconn.PgError{Code: "40P01"}, dialect.FaultRetry},
		{pgconn.PgError{Code: "40000"}, dialect.FaultRetry},
		{pgconn.PgError{Code: "40003"}, dialect.FaultLost},
		{pgconn.PgError{Code: "55P03"}, dialect.FaultLockWait},
		{pgconn.PgError{Code: "0A000", Routine: "RevalidateCachedQuery"}, dialect.FaultStale},
		{pgconn.PgError{Code: "0A000"}, dialect.FaultOther},
		{pgconn.PgError{Code: "25006"}, dialect.FaultReadOnly},
		{pgconn.PgError{Code: "53300", SeverityUnlocalized: "FATAL"}, dialect.FaultFull},
		{pgconn.PgError{Code: "08P01", SeverityUnlocalized: "FATAL", Message: "no more connections allowed (max_client_conn)"}, dialect.FaultFull},
		{pgconn.PgError{Code: "25P03", SeverityUnlocalized: "FATAL"}, dialect.FaultLost},
		{pgconn.PgError{Code: "57P01", SeverityUnlocalized: "FATAL"}, dialect.FaultLost},
		{pgconn.PgError{Code: "42P01"}, dialect.FaultNoTable},
	} {
		if got := (postgresDialect{}).Classify(fmt.Errorf("wrapped: %w", &c.err)).Kind; got != c.want {
			t.Errorf("%s %s: kind %d, want %d", c.err.Code, c.err.Message, got, c.want)
		}
	}
}

// TestARefusedCommitIsKnown holds which answers to COMMIT say that nothing is stored.
func TestARefusedCommitIsKnown(t *testing.T) {
	for err, undone := range map[error]bool{
		errNotCommitted: true,
		&pgconn.PgError{Code: "25P03", SeverityUnlocalized: "FATAL"}: true,
		&pgconn.PgError{Code: "25P04", SeverityUnlocalized: "FATAL"}: false,
		&pgconn.PgError{Code: "57P01", SeverityUnlocalized: "FATAL"}: false,
	} {
		if fault := (postgresDialect{}).Classify(err); fault.Kind != dialect.FaultLost || fault.Undone != undone {
			t.Errorf("%v: fault %+v", err, fault)
		}
	}
}
