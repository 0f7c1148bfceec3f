package mysql_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/dialect/mysql"
	"github.com/authgen/authgen/internal/testdb"
	"github.com/authgen/authgen/runtime"
)

// open opens an adapter without tables.
func open(t *testing.T, d dialect.Database) (*runtime.DB, error) {
	t.Helper()
	db, err := runtime.Open(context.Background(), d, runtime.Schema{})
	if err == nil {
		t.Cleanup(func() { _ = db.Close() })
	}
	return db, err
}

func pool(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	p, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// contains fails the test unless err has text in it, or is nil where text is
// empty.
func contains(t *testing.T, err error, text string) {
	t.Helper()
	switch {
	case text == "" && err != nil:
		t.Error(err)
	case text != "" && (err == nil || !strings.Contains(err.Error(), text)):
		t.Errorf("error is %v, want %q in it", err, text)
	}
}

func TestNewRefusesWhatBreaksTheContract(t *testing.T) {
	dsn := testdb.MySQL(t)
	params := map[string]string{"clientFoundRows": "true", "parseTime": "true", "charset": "utf8mb4", "time_zone": "%27%2B00:00%27", "max_sort_length": "65536"}
	for _, c := range []struct {
		name, param, value string
		want               string // in the error; empty: none
	}{
		{"everything right", "", "", ""},
		{"no found rows", "clientFoundRows", "false", "add clientFoundRows=true to the DSN"},
		{"times as text", "parseTime", "false", "add parseTime=true to the DSN"},
		{"another zone", "loc", "Europe%2FBerlin", "remove loc and timeTruncate from the DSN"},
		{"a zone that is UTC in winter", "loc", "Europe%2FLondon", "remove loc and timeTruncate from the DSN"},
		{"a zone that is UTC in summer", "loc", "Atlantic%2FAzores", "remove loc and timeTruncate from the DSN"},
		{"another zone of the session", "time_zone", "%27%2B02:00%27", "the time zone of the session is +02:00: add time_zone=%27%2B00:00%27 to the DSN"},
		{"another character set", "charset", "latin1", "add charset=utf8mb4 to the DSN"},
		{"values that are cut off", "sql_mode", "%27NO_ENGINE_SUBSTITUTION%27", "add sql_mode=%27STRICT_TRANS_TABLES%27 to the DSN"},
		{"empty text as null", "sql_mode", "%27STRICT_ALL_TABLES,EMPTY_STRING_IS_NULL%27", "EMPTY_STRING_IS_NULL"},
		{"texts sorted by their beginning", "max_sort_length", "1024", "add max_sort_length=65536 to the DSN"},
		{"another language", "lc_messages", "%27de_DE%27", "add lc_messages=%27en_US%27 to the DSN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			query := ""
			for name, value := range params {
				if name != c.param {
					query += "&" + name + "=" + value
				}
			}
			if c.param != "" {
				query += "&" + c.param + "=" + c.value
			}
			p := pool(t, dsn+"?"+query[1:])
			_, err := open(t, mysql.New(p))
			contains(t, err, c.want)
			if n := p.Stats().InUse; n != 0 {
				t.Errorf("%d connections are in use", n)
			}
		})
	}
	t.Run("no database", func(t *testing.T) {
		_, err := open(t, mysql.New(pool(t, dsn[:strings.LastIndex(dsn, "/")]+"/?parseTime=true")))
		contains(t, err, "no database is chosen")
	})
}

// A SET sent to a pool reaches one connection; the check takes two.
func TestNewFindsASettingOfOneConnection(t *testing.T) {
	p := pool(t, testdb.MySQL(t)+"?clientFoundRows=true&parseTime=true&charset=utf8mb4&max_sort_length=65536&time_zone=%27%2B02:00%27")
	if _, err := p.Exec("SET time_zone = '+00:00'"); err != nil {
		t.Fatal(err)
	}
	_, err := open(t, mysql.New(p))
	contains(t, err, "the time zone of the session")
}

func TestOpenSetsUpEveryConnection(t *testing.T) {
	d := mysql.Open(testdb.MySQL(t) + "?sql_mode=%27%27&lc_messages=%27fr_FR%27")
	if _, err := open(t, d); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		conn, err := d.Pool.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		var mode, zone, messages string
		if err := conn.QueryRowContext(t.Context(), "SELECT @@sql_mode, @@time_zone, @@lc_messages").Scan(&mode, &zone, &messages); err != nil {
			t.Fatal(err)
		}
		if mode != "STRICT_TRANS_TABLES" || zone != "+00:00" || messages != "en_US" {
			t.Errorf("sql_mode %s, time_zone %s, lc_messages %s", mode, zone, messages)
		}
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	_, err := open(t, mysql.Open("root@tcp(127.0.0.1:3306)/app?clientFoundRows=false"))
	contains(t, err, "mysql: the DSN has clientFoundRows=false")
	_, err = open(t, mysql.Open("root@tcp(127.0.0.1:1)/app"))
	contains(t, err, "refused")
	_, err = open(t, mysql.Open("root@tcp(127.0.0.1:1)/app?tls=nothing"))
	contains(t, err, "nothing")
}

func TestCloseLeavesTheProgramsPoolOpen(t *testing.T) {
	p := pool(t, testdb.MySQL(t)+"?clientFoundRows=true&parseTime=true&charset=utf8mb4&time_zone=%27%2B00:00%27&max_sort_length=65536")
	db, err := runtime.Open(t.Context(), mysql.New(p), runtime.Schema{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Close(), p.Ping()); err != nil {
		t.Error(err)
	}
}

// A statement whose context ends is ended in the server too: its transaction
// would hold its locks for as long as it waits for others.
func TestACancelledStatementIsEndedInTheServer(t *testing.T) {
	d := mysql.Open(testdb.MySQL(t))
	db, err := open(t, d)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"CREATE TABLE t (id int PRIMARY KEY) ENGINE=InnoDB", "INSERT INTO t VALUES (1), (2)"} {
		if _, err := d.Pool.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	holder, err := d.Pool.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := holder.Exec("DELETE FROM t WHERE id = 1"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err = db.Unit(ctx, 0, func(ctx context.Context, tx *runtime.Tx) error {
		if _, err := tx.SQL().ExecContext(ctx, "DELETE FROM t WHERE id = 2"); err != nil {
			return err
		}
		_, err := tx.SQL().ExecContext(ctx, "DELETE FROM t WHERE id = 1") // waits for the holder
		return err
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	// The holder gets at once what the unit had locked.
	begun := time.Now()
	if _, err := holder.Exec("DELETE FROM t WHERE id = 2"); err != nil || time.Since(begun) > 3*time.Second {
		t.Errorf("after %v: %v", time.Since(begun), err)
	}
	if err := holder.Rollback(); err != nil {
		t.Error(err)
	}
}
