package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Check looks at two connections at once, if the pool has two. A program that sent a SET to
// its pool reached only one of them.
func (d *mysqlDialect) Check(ctx context.Context, pool *sql.DB) error {
	limit := pool.Stats().MaxOpenConnections
	var conns []*sql.Conn
	defer func() {
		for _, c := range conns {
			_ = c.Close()
		}
	}()
	for len(conns) < 2 && (limit == 0 || len(conns) < limit) {
		c, err := pool.Conn(ctx)
		if err != nil {
			return fmt.Errorf("mysql: %w", err)
		}
		conns = append(conns, c)
		if err := d.checkConn(ctx, c, len(conns) == 1); err != nil {
			return fmt.Errorf("mysql: %w", err)
		}
		if d.isSetUp.Load() {
			return nil
		}
	}
	return nil
}

func (d *mysqlDialect) checkConn(ctx context.Context, c *sql.Conn, first bool) error {
	s, err := settingsOf(ctx, c)
	if err != nil {
		return err
	}
	if err := s.check(); err != nil {
		return err
	}
	if err := checkVariables(ctx, c); err != nil {
		return err
	}
	if !first {
		return nil
	}
	d.mariaDB.Store(s.isMariaDB())
	if !d.opened {
		if err := checkFoundRows(ctx, c); err != nil {
			return err
		}
	}
	return c.Raw(func(driverConn any) error {
		_, ok := driverConn.(*conn)
		d.isSetUp.Store(ok)
		return nil
	})
}

// settings are the settings of the session of a connection.
type settings struct {
	version, comment, database sql.NullString
	zone, serverZone, messages string
	client, results, comparing string // character sets
	sent                       string // what the server received for two times
	back                       any    // what it returns for the second
}

// Two times. Every zone but UTC shows one of them differently, and a cut that is coarser than
// milliseconds changes both.
var (
	winter = time.Date(2026, 1, 1, 12, 34, 56, 789e6, time.UTC)
	summer = time.Date(2026, 7, 1, 12, 34, 56, 789e6, time.UTC)
)

func settingsOf(ctx context.Context, c *sql.Conn) (s settings, err error) {
	err = c.QueryRowContext(ctx, `SELECT VERSION(), @@version_comment, DATABASE(), @@session.time_zone, @@system_time_zone, @@lc_messages,
		@@character_set_client, @@character_set_results, @@character_set_connection, CONCAT(CAST(? AS DATETIME(3)), '/', CAST(? AS DATETIME(3))), CAST('2026-07-01 12:34:56.789' AS DATETIME(3))`, winter, summer).
		Scan(&s.version, &s.comment, &s.database, &s.zone, &s.serverZone, &s.messages, &s.client, &s.results, &s.comparing, &s.sent, &s.back)
	return s, err
}

func (s *settings) isMariaDB() bool { return strings.Contains(s.version.String, "MariaDB") }

// check returns an error that says what to change in the DSN.
func (s *settings) check() error {
	switch back, isTime := s.back.(time.Time); {
	case s.stranger() != "":
		return fmt.Errorf("the server is %s", s.stranger())
	case !s.recent():
		return fmt.Errorf("the server is %s: authgen needs MariaDB 10.6 or MySQL 8.0.17, or newer", s.version.String)
	case !s.database.Valid:
		return errors.New("no database is chosen: name one in the DSN, behind the /")
	case !isTime:
		return errors.New("times come as text: add parseTime=true to the DSN, or use mysql.Open")
	case s.sent != winter.Format(timeLayout)+"/"+summer.Format(timeLayout) || !back.Equal(summer):
		return errors.New("times are sent in another zone than UTC, or are cut: remove loc and timeTruncate from the DSN, or use mysql.Open")
	case !slices.Contains([]string{"+00:00", "UTC", "Etc/UTC"}, s.zone) && (s.zone != "SYSTEM" || s.serverZone != "UTC"):
		return fmt.Errorf("the time zone of the session is %s: add time_zone=%%27%%2B00:00%%27 to the DSN, or use mysql.Open", strings.Replace(s.zone, "SYSTEM", s.serverZone, 1))
	case s.client != "utf8mb4" || s.results != "utf8mb4" || s.comparing != "utf8mb4":
		return fmt.Errorf("character_set_client, character_set_results and character_set_connection are %s, %s and %s: add charset=utf8mb4 to the DSN, or use mysql.Open", s.client, s.results, s.comparing)
	case s.messages != "en_US":
		return fmt.Errorf("the server speaks %s, and authgen finds the name of a violated constraint in its messages: add lc_messages=%%27en_US%%27 to the DSN, or use mysql.Open", s.messages)
	}
	return nil
}

// strangers are servers that speak the protocol of MySQL and do not behave as the contract
// needs. They are known by a word of their version or of its comment.
var strangers = []struct{ word, because string }{
	{"Dolt", "Dolt, on which transactions that write the same row both commit, and one of the writes is lost"},
	{"TiDB", "TiDB, which lacks JSON_TABLE, and checks of a table unless told otherwise"},
	{"Vitess", "Vitess, where a transaction over several shards may be stored in part"},
	{"SingleStore", "SingleStore, which keeps no references"},
}

// stranger returns the name of such a server and what it lacks, or nothing.
func (s *settings) stranger() string {
	for _, other := range strangers {
		if strings.Contains(s.version.String, other.word) || strings.Contains(s.comment.String, other.word) {
			return other.because
		}
	}
	return ""
}

// recent reports whether the server has JSON_TABLE, CHECK, and a collation that compares by
// bytes without padding.
func (s *settings) recent() bool {
	least := [3]int{8, 0, 17}
	if s.isMariaDB() {
		least = [3]int{10, 6, 0}
	}
	var have [3]int
	number, _, _ := strings.Cut(strings.TrimPrefix(s.version.String, "5.5.5-"), "-") // a prefix that old replicas of MariaDB need
	for i, part := range strings.SplitN(number, ".", 3) {
		have[i], _ = strconv.Atoi(part)
	}
	return slices.Compare(have[:], least[:]) >= 0
}
