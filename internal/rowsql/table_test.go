package rowsql

import "testing"

func TestStatements(t *testing.T) {
	table := func(s Style, serial bool) Table {
		return Table{Style: s, Name: "user", ID: "id", Columns: []string{"id", "e`m\"ail"}, Serial: serial}
	}
	for got, want := range map[string]string{
		table(SQLite, false).Select():   "SELECT `id`, `e``m\"ail` FROM `user`",
		table(Postgres, false).Select(): "SELECT \"id\", \"e`m\"\"ail\" FROM \"user\"",
		table(MySQL, true).Insert():     "INSERT INTO `user` (`id`, `e``m\"ail`) VALUES (?, ?)",
		table(Postgres, true).Insert(): "INSERT INTO \"user\" (\"id\", \"e`m\"\"ail\") VALUES (coalesce($1::bigint, nextval(pg_get_serial_sequence('\"user\"', 'id'))), $2)" +
			" RETURNING \"id\"",
		table(Postgres, true).InsertReturning(): "INSERT INTO \"user\" (\"id\", \"e`m\"\"ail\") VALUES (coalesce($1::bigint, nextval(pg_get_serial_sequence('\"user\"', 'id'))), $2)" +
			" RETURNING \"id\", \"e`m\"\"ail\"",
		table(Postgres, false).Find("a", "b"): "SELECT \"id\", \"e`m\"\"ail\" FROM \"user\" WHERE \"a\" = $1 AND \"b\" = $2",
		table(SQLite, false).Delete():         "DELETE FROM `user` WHERE `id` = ?",
		MySQL.Literal(`it's \ here`):          `'it''s \\ here'`,
		SQLite.Literal(`it's \ here`):         `'it''s \ here'`,
	} {
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
