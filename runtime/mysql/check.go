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

// Check looks at two connections at once, where the pool has as many: a SET
// sent to a pool reaches one of them only.
func (d *dialect) Check(ctx context.Context, pool *sql.DB) error {
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

func (d *dialect) checkConn(ctx context.Context, c *sql.Conn, first bool) error {
	s, err := settingsOf(ctx, c)
	if err != nil {
		return err
	}
	if err := s.check(); err != nil {
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

// settings are what the session of a connection is set to.
type settings struct {
	version, database          sql.NullString
	zone, serverZone           string
	mode, messages             string
	client, results, comparing string // character sets
	sent                       string // what the server was sent for two times
	back                       any    // what it sends for the second
}

// Two times of which every zone but UTC shows one otherwise.
var winter, summer = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC), time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

func settingsOf(ctx context.Context, c *sql.Conn) (s settings, err error) {
	err = c.QueryRowContext(ctx, `SELECT VERSION(), DATABASE(), @@session.time_zone, @@system_time_zone, @@session.sql_mode, @@lc_messages,
		@@character_set_client, @@character_set_results, @@character_set_connection, CONCAT(?, '/', ?), CAST('2026-07-01 12:00:00' AS DATETIME)`, winter, summer).
		Scan(&s.version, &s.database, &s.zone, &s.serverZone, &s.mode, &s.messages, &s.client, &s.results, &s.comparing, &s.sent, &s.back)
	return s, err
}

func (s *settings) isMariaDB() bool { return strings.Contains(s.version.String, "MariaDB") }

// check returns an error that says what to change in the DSN.
func (s *settings) check() error {
	switch back, isTime := s.back.(time.Time); {
	case !s.recent():
		return fmt.Errorf("the server is %s: MariaDB 10.6 or MySQL 8.0.17 is the oldest that can do what is needed", s.version.String)
	case !s.database.Valid:
		return errors.New("no database is chosen: name one in the DSN, behind the /")
	case !isTime:
		return errors.New("times come as text: add parseTime=true to the DSN, or use mysql.Open")
	case s.sent != winter.Format(time.DateTime)+"/"+summer.Format(time.DateTime) || !back.Equal(summer):
		return errors.New("times are sent in another zone than UTC: take loc out of the DSN, or use mysql.Open")
	case !slices.Contains([]string{"+00:00", "UTC", "Etc/UTC"}, s.zone) && (s.zone != "SYSTEM" || s.serverZone != "UTC"):
		return fmt.Errorf("the time zone of the session is %s: add time_zone=%%27%%2B00:00%%27 to the DSN, or use mysql.Open", strings.Replace(s.zone, "SYSTEM", s.serverZone, 1))
	case s.client != "utf8mb4" || s.results != "utf8mb4" || s.comparing != "utf8mb4":
		return fmt.Errorf("the character set of the session is %s: add charset=utf8mb4 to the DSN, or use mysql.Open", s.client)
	case !strings.Contains(s.mode, "STRICT_TRANS_TABLES") && !strings.Contains(s.mode, "STRICT_ALL_TABLES"):
		return errors.New("values that do not fit would be cut off: add sql_mode=%27STRICT_TRANS_TABLES%27 to the DSN, or use mysql.Open")
	case strings.Contains(s.mode, "EMPTY_STRING_IS_NULL") || strings.Contains(s.mode, "NO_BACKSLASH_ESCAPES"):
		return fmt.Errorf("the sql_mode of the session has EMPTY_STRING_IS_NULL or NO_BACKSLASH_ESCAPES, which change what text means: add sql_mode=%%27STRICT_TRANS_TABLES%%27 to the DSN")
	case s.messages != "en_US":
		return fmt.Errorf("the server speaks %s, and the name of a violated constraint is in its messages only: add lc_messages=%%27en_US%%27 to the DSN, or use mysql.Open", s.messages)
	}
	return nil
}

// recent reports whether the server has what is needed: JSON_TABLE, CHECK, and
// a collation that compares by bytes without padding.
func (s *settings) recent() bool {
	least := [3]int{8, 0, 17}
	if s.isMariaDB() {
		least = [3]int{10, 6, 0}
	}
	var have [3]int
	number, _, _ := strings.Cut(strings.TrimPrefix(s.version.String, "5.5.5-"), "-") // so that old replicas of MariaDB's take it
	for i, part := range strings.SplitN(number, ".", 3) {
		have[i], _ = strconv.Atoi(part)
	}
	return slices.Compare(have[:], least[:]) >= 0
}

// checkFoundRows refuses connections on which an UPDATE counts the rows that
// it changed instead of those that it found. Only an UPDATE tells.
func checkFoundRows(ctx context.Context, c *sql.Conn) (err error) {
	if _, err := c.ExecContext(ctx, "CREATE TEMPORARY TABLE authgen_probe SELECT 1 AS one"); err != nil {
		return fmt.Errorf("cannot find out whether clientFoundRows is on, for want of a temporary table: grant CREATE TEMPORARY TABLES to the user: %w", err)
	}
	defer func() {
		_, dropErr := c.ExecContext(ctx, "DROP TEMPORARY TABLE authgen_probe")
		err = errors.Join(err, dropErr)
	}()
	res, err := c.ExecContext(ctx, "UPDATE authgen_probe SET one = 1")
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(errors.New("an UPDATE that stores what is there already counts as no such row: add clientFoundRows=true to the DSN, or use mysql.Open"), err)
	}
	return nil
}
