package mysql

import (
	"database/sql"
	"strings"
	"testing"
)

func TestCorrected(t *testing.T) {
	const added = "clientFoundRows=true&parseTime=true&loc=UTC&charset=utf8mb4&time_zone=%27%2B00%3A00%27&interpolateParams=true"
	for _, c := range []struct{ name, dsn, want, refused string }{
		{name: "bare", dsn: "root@tcp(127.0.0.1:3306)/app", want: "root@tcp(127.0.0.1:3306)/app?" + added},
		{name: "a password with every separator", dsn: "u:p/?&=@w@unix(/run/x.sock)/app", want: "u:p/?&=@w@unix(/run/x.sock)/app?" + added},
		{name: "others are kept", dsn: "/app?timeout=5s&tls=true", want: "/app?timeout=5s&tls=true&" + added},
		{name: "given already", dsn: "/app?parseTime=1&loc=UTC&charset=utf8mb4&clientFoundRows=True&time_zone=%27UTC%27&interpolateParams=false",
			want: "/app?parseTime=1&loc=UTC&charset=utf8mb4&clientFoundRows=True&time_zone=%27UTC%27&interpolateParams=false"},
		{name: "no database", dsn: "root@tcp(127.0.0.1)/", refused: "names no database"},
		{name: "no slash", dsn: "root@tcp(127.0.0.1)", refused: "no / before"},
		{name: "found rows", dsn: "/app?clientFoundRows=false", refused: "clientFoundRows=false, but an UPDATE that changes nothing"},
		{name: "the second of two", dsn: "/app?parseTime=true&parseTime=false", refused: "parseTime=false"},
		{name: "loc", dsn: "/app?loc=Europe%2FBerlin", refused: "loc=Europe/Berlin, but times are stored in UTC: remove it from the DSN"},
		{name: "charset", dsn: "/app?charset=utf8mb3,utf8mb4", refused: "charset=utf8mb3,utf8mb4"},
		{name: "variables as they will be", dsn: "/app?autocommit=ON&completion_type='NO_CHAIN'&sql_mode='ANSI'", want: "/app?autocommit=ON&completion_type='NO_CHAIN'&sql_mode='ANSI'&" + added},
		{name: "a variable", dsn: "/app?autocommit=0", refused: "autocommit=0, but a write of one statement would be reported as stored, and be lost: remove it from the DSN"},
		{name: "a variable in capitals", dsn: "/app?FOREIGN_KEY_CHECKS=off", refused: "FOREIGN_KEY_CHECKS=off, but references would not be kept"},
		{name: "sql_mode", dsn: "/app?sql_mode=%27STRICT_ALL_TABLES,oracle%27", refused: "but the server would read another dialect of SQL"},
		{name: "times that are cut", dsn: "/app?timeTruncate=1s", refused: "timeTruncate=1s, but times are stored in milliseconds"},
		{name: "time zone", dsn: "/app?time_zone=%27%2B02%3A00%27", refused: "time_zone='+02:00'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := corrected(c.dsn)
			switch {
			case c.refused == "" && (err != nil || got != c.want):
				t.Errorf("got %s, want %s (%v)", got, c.want, err)
			case c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)):
				t.Errorf("error is %v, want %q in it", err, c.refused)
			}
		})
	}
}

// What MariaDB 10.11 and MySQL 8.0 write.
func TestNamesInMessages(t *testing.T) {
	for message, want := range map[string]string{
		"Duplicate entry 'a'b' for key 'user_email_uidx'":      "user_email_uidx",
		"Duplicate entry 'for key 'x'' for key 'user.PRIMARY'": "user.PRIMARY",
		"no name":   "",
		"only one'": "only one",
	} {
		if got := quotedLast(message); got != want {
			t.Errorf("%s: got %q, want %q", message, got, want)
		}
	}
	for message, want := range map[string]string{
		"a foreign key constraint fails (`db`.`note`, CONSTRAINT `no``te_fk` FOREIGN KEY (`userId`) REFERENCES `user` (`id`))": "no`te_fk",
		"Cannot delete or update a parent row: a foreign key constraint fails":                                                 "",
	} {
		if got := backquotedBehind(message, "CONSTRAINT "); got != want {
			t.Errorf("%s: got %q, want %q", message, got, want)
		}
	}
	for message, want := range map[string]string{
		"Column 'name' cannot be null":                                                         "name",
		"Field 'userId' doesn't have a default value":                                          "userId",
		"Data too long for column 'name' at row 1":                                             "name",
		"Incorrect integer value: 'for column 'x'' for column `db`.`user`.`vis`its` at row 1":  "vis`its",
		"Incorrect datetime value: 's3cr3t' for column 'at' at row 1":                          "at",
		"Check constraint 'user_chk_1' is violated.":                                           "",
		"CONSTRAINT `user.name` failed for `db`.`user`":                                        "",
		"BIGINT value is out of range in '(coalesce(`total`,0) + 1)'":                          "",
		"Invalid JSON text: \"Invalid value.\" at position 0 in value for column 'user.meta'.": "user.meta",
	} {
		if got := columnIn(message); got != want {
			t.Errorf("%s: got %q, want %q", message, got, want)
		}
	}
}

// What servers that only speak the protocol say of themselves.
func TestStrangers(t *testing.T) {
	for _, c := range []struct{ version, comment, want string }{
		{"10.11.19-MariaDB-deb12", "Debian 12", ""},
		{"9.7.4-2", "(Debian)", ""},
		{"8.0.33", "Dolt", "the server is Dolt, on which"},
		{"8.0.11-TiDB-v8.5.1", "TiDB Server (Apache License 2.0)", "the server is TiDB"},
		{"8.0.30-Vitess", "Version: 19.0.4", "the server is Vitess"},
	} {
		s := settings{version: sql.NullString{String: c.version, Valid: true}, comment: sql.NullString{String: c.comment, Valid: true}}
		err := s.check()
		if refused := err != nil && strings.HasPrefix(err.Error(), "the server is "); refused != (c.want != "") || refused && !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v", c.version, err)
		}
	}
}
