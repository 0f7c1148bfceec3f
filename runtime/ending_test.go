package runtime

import (
	"testing"

	"github.com/authgen/authgen/dialect"
)

func TestEndsTransaction(t *testing.T) {
	for query, want := range map[string]bool{
		"COMMIT":                                true,
		" commit and chain":                     true,
		"/* note */ COMMIT AND CHAIN":           true,
		"-- note\nROLLBACK":                     true,
		"ROLLBACK AND CHAIN":                    true,
		"ROLLBACK TO SAVEPOINT a":               false,
		"ROLLBACK WORK TO SAVEPOINT a":          false,
		"SAVEPOINT a":                           false,
		"RELEASE SAVEPOINT a":                   false,
		"BEGIN":                                 true,
		"BEGIN IMMEDIATE":                       true,
		"CREATE TABLE a (b int); COMMIT; BEGIN": true,
		"START TRANSACTION":                     true,
		"START SLAVE":                           false,
		"END":                                   true,
		"ABORT":                                 true,
		"PREPARE TRANSACTION 'x'":               true,
		"PREPARE s FROM 'SELECT 1'":             false,
		"UPDATE a SET b = 1; COMMIT; BEGIN":     true,
		"UPDATE a SET b = 'x; COMMIT'":          false,
		"UPDATE a SET b = 'it''s; COMMIT' ; SELECT 1": false,
		"SELECT 1": false,
		"":         false,
		"CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END": false,
		"DO $$ BEGIN PERFORM 1; END $$":                          false,
		"INSERT INTO commits (id) VALUES (1)":                    false,
	} {
		if got := endsTransaction(dialect.Postgres, query); got != want {
			t.Errorf("%q: %v", query, got)
		}
	}
	for query, want := range map[string]bool{
		"EXECUTE IMMEDIATE 'COMMIT AND CHAIN'":               true,
		"execute immediate \"commit\"":                       true,
		"EXECUTE IMMEDIATE 'INSERT INTO commits VALUES (1)'": false,
		"EXECUTE s USING @a":                                 false,
		"PREPARE s FROM 'COMMIT'":                            true,
		"PREPARE s FROM 'SELECT 1'":                          false,
		"SET STATEMENT max_statement_time = 5 FOR COMMIT":    true,
		"SET STATEMENT max_statement_time = 5 FOR SELECT 1":  false,
		"SET @a = 1":                       false,
		"/*! COMMIT AND CHAIN */":          true,
		"/*M!100100 COMMIT */":             true,
		"/*!50001 SELECT 1 */":             false,
		"UPDATE a SET b = '/*! COMMIT */'": false,
		"DO 1; COMMIT":                     true,
		"SELECT '$$'; COMMIT":              true,
		"CREATE PROCEDURE p() BEGIN COMMIT; START SLAVE; END": false,
	} {
		if got := endsTransaction(dialect.MySQL, query); got != want {
			t.Errorf("%q: %v", query, got)
		}
	}
	if query := `UPDATE a SET b = 'x\'; COMMIT; '`; endsTransaction(dialect.MySQL, query) {
		t.Errorf("%s", query)
	}
}
