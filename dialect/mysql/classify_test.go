package mysql

import (
	"errors"
	"fmt"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	"github.com/authgen/authgen/dialect"
)

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		number         uint16
		state, message string
		want           dialect.FaultKind
	}{
		{1213, "40001", "Deadlock found when trying to get lock", dialect.FaultRetry},
		{3101, "40000", "Plugin instructed the server to rollback the current transaction.", dialect.FaultRetry},
		{1180, "HY000", "Got error 149 - 'Lock deadlock; Retry transaction' during COMMIT", dialect.FaultRetry},
		{1180, "HY000", "Got error 28 - 'No space left on device' during COMMIT", dialect.FaultLost},
		{1038, "HY001", "Out of sort memory, consider increasing server sort buffer size", dialect.FaultUnsorted},
		{1690, "22003", "BIGINT UNSIGNED value is out of range in '18446744073709551615 + (char_length(`a`.`b`.`c`) > 16384)'", dialect.FaultUnsorted},
		{1690, "22003", "BIGINT value is out of range in '`a`.`b`.`c` + 1'", dialect.FaultData},
		{1205, "HY000", "Lock wait timeout exceeded", dialect.FaultLockWait},
		{1290, "HY000", "The MySQL server is running with the --read-only option so it cannot execute this statement", dialect.FaultReadOnly},
		{1290, "HY000", "The MySQL server is running with the --secure-file-priv option so it cannot execute this statement", dialect.FaultOther},
		{1792, "25006", "Cannot execute statement in a READ ONLY transaction.", dialect.FaultReadOnly},
		{1836, "HY000", "Running in read-only mode", dialect.FaultReadOnly},
		{3100, "HY000", "Error on observer while running replication hook 'before_commit'.", dialect.FaultReadOnly},
		{1040, "08004", "Too many connections", dialect.FaultFull},
		{1203, "42000", "User root already has more than 'max_user_connections' active connections", dialect.FaultFull},
		{1226, "42000", "User 'root' has exceeded the 'max_questions' resource", dialect.FaultFull},
		{1146, "42S02", "Table 'app.x' doesn't exist", dialect.FaultNoTable},
		{1296, "HY000", "Got error 193 '`app`.`x`, CONSTRAINT `x_y_fk`' from InnoDB", dialect.FaultDepth},
		{1296, "HY000", "Got error 122 'Lock wait' from FEDERATED", dialect.FaultOther},
		{3008, "HY000", "Foreign key cascade delete/update exceeds max depth of 15.", dialect.FaultDepth},
	} {
		err := fmt.Errorf("wrapped: %w", &driver.MySQLError{Number: c.number, SQLState: [5]byte([]byte(c.state)), Message: c.message})
		if got := (&mysqlDialect{}).Classify(err).Kind; got != c.want {
			t.Errorf("%d %s: kind %d, want %d", c.number, c.message, got, c.want)
		}
	}
}

// A lookalike is an error of a program's own.
type lookalike struct {
	Number  uint16
	Message string
}

func (l *lookalike) Error() string { return l.Message }

func TestClassifyLooksIntoTheDriversErrorsOnly(t *testing.T) {
	for _, err := range []error{&lookalike{1062, "card expired"}, errors.New("card expired")} {
		if got := (&mysqlDialect{}).Classify(err).Kind; got != dialect.FaultOther {
			t.Errorf("%T is of kind %d", err, got)
		}
	}
}
