package model_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/gen/schema"
	"github.com/authgen/authgen/internal/testdb"
)

// TestDefaultsOfTheDatabase stores a row with nothing but its id, as another
// program may, and reads what the database made of the rest.
func TestDefaultsOfTheDatabase(t *testing.T) {
	m := build(t, `out: ./auth
tables:
  thing:
    fields:
      s: {type: string, default: "it's \\ a \"string\""}
      lines: {type: string, default: "a;\nb\r'c\\"}
      t: {type: text, default: ""}
      e: {type: string, enum: [a, b], default: b}
      i: {type: int, default: -3}
      least: {type: bigint, default: -9223372036854775808}
      f: {type: float, default: 0.25}
      yes: {type: bool, default: true}
      no: {type: bool, default: false}
      maybe: {type: string, nullable: true, default: x}
      timeout: {type: bigint, goType: time.Duration, nullable: true, default: 7}
      j: {type: json, default: {a: ["it's"]}}
      l: {type: "string[]", default: ["<a>", "b\nc"]}
      n: {type: "int[]", default: [1]}
      at: {type: time, default: now}
      moved: {type: time, onUpdate: now}
  lease:
    times: integer
    fields: {at: {type: time, default: now}}
`)
	for _, d := range []struct {
		dialect     schema.Dialect
		driver, dsn string
	}{
		{schema.SQLite, "sqlite", filepath.Join(t.TempDir(), "x.db")},
		{schema.Postgres, "pgx", testdb.Postgres(t)},
		{schema.MySQL, "mysql", testdb.MySQL(t) + "?parseTime=true&time_zone=%27%2B05:00%27"},
	} {
		t.Run(string(d.dialect), func(t *testing.T) {
			conn := connect(t, d.driver, d.dsn)
			row := func(table string, n int) []any {
				for _, statement := range []string{"INSERT INTO " + table + " (id) VALUES ('x')", "SELECT * FROM " + table} {
					rows, err := conn.QueryContext(t.Context(), statement)
					if err != nil {
						t.Fatal(err)
					}
					defer func() { _ = rows.Close() }()
					if !rows.Next() {
						continue
					}
					values, into := make([]any, n), make([]any, n)
					for i := range values {
						into[i] = &values[i]
					}
					if err := rows.Scan(into...); err != nil {
						t.Fatal(err)
					}
					return values[1:]
				}
				t.Fatal("no row was stored")
				return nil
			}
			for _, statement := range script(m, d.dialect).Statements {
				if _, err := conn.ExecContext(t.Context(), statement); err != nil {
					t.Fatalf("%v in\n%s", err, statement)
				}
			}
			got := row("thing", 17)
			for i, want := range []string{
				`it's \ a "string"`, "a;\nb\r'c\\", "", "b", "-3", "-9223372036854775808", "0.25", "1", "0", "x", "<nil>",
				`{"a":["it's"]}`, `["\u003ca\u003e","b\nc"]`, "[1]",
			} {
				if text := plain(got[i]); text != want {
					t.Errorf("column %d is %q, want %q", i+1, text, want)
				}
			}
			for _, at := range append(got[14:], row("lease", 2)...) {
				if off := time.Since(instant(t, at)); off < -time.Minute || off > time.Minute {
					t.Errorf("a time is %v, %v from now", at, off)
				}
			}
		})
	}
}

// plain returns a value as text that is the same on every database.
func plain(v any) string {
	switch x := v.(type) {
	case []byte:
		v = string(x)
	case bool:
		v = map[bool]int{true: 1}[x]
	}
	text := fmt.Sprint(v)
	var parsed any
	if strings.ContainsAny(text[:min(len(text), 1)], "{[") && json.Unmarshal([]byte(text), &parsed) == nil {
		compact, _ := json.Marshal(parsed)
		return string(compact)
	}
	return text
}

// instant returns a time of a column.
func instant(t *testing.T, v any) time.Time {
	t.Helper()
	switch v := v.(type) {
	case time.Time:
		return v
	case int64:
		return time.UnixMilli(v)
	}
	at, err := time.Parse("2006-01-02T15:04:05.000Z", fmt.Sprint(v))
	if err != nil {
		t.Error(err)
	}
	return at
}
