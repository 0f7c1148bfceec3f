package otelauthgen

import "testing"

func TestSummarize(t *testing.T) {
	for sql, want := range map[string]string{
		`SELECT "id", "name" FROM "user" WHERE "id" = $1`:        "SELECT user",
		"SELECT `id` FROM `user` LIMIT 1":                        "SELECT user",
		`INSERT INTO "session" ("id") VALUES (?) RETURNING "id"`: "INSERT session",
		`UPDATE "user" SET "name" = ?`:                           "UPDATE user",
		`DELETE FROM "user"`:                                     "DELETE user",
		`select 1 FROM public.audit_2`:                           "SELECT public.audit_2",
		`SELECT 1`:                                               "SELECT",
		`SELECT count(*) FROM (SELECT 1)`:                        "SELECT",
		"\n\t(SELECT 1 FROM a)":                                  "SELECT a",
		`WITH x AS (SELECT 1) SELECT * FROM x`:                   "WITH",
		`SAVEPOINT authgen_1`:                                    "SAVEPOINT",
		`BEGIN IMMEDIATE`:                                        "BEGIN",
		``:                                                       "statement",
		`-- a comment`:                                           "statement",
		`INSERT OR IGNORE INTO "`:                                "INSERT",
		"INSERT INTO `authgen_event` (`id`) VALUES (?)":          "INSERT authgen_event",
		`delete from public.audit where 1 = 0`:                   "DELETE public.audit",
	} {
		if got := summarize(operation(sql), sql); got != want {
			t.Errorf("%s: %q, not %q", sql, got, want)
		}
	}
}
