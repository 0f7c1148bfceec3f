package runtime

import "testing"

func TestConstant(t *testing.T) {
	const now = "'2026-01-01T00:00:00.000Z'"
	for _, c := range []struct {
		text, want string
		isNow      bool
	}{
		{"TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))", "TEXT NOT NULL DEFAULT " + now, true},
		{"INTEGER DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER))", "INTEGER DEFAULT " + now, true},
		{`TEXT NOT NULL DEFAULT ('it''s' || char(10) || 'strftime 13' || char(13) || '') CHECK (length("a") <= 9)`, "TEXT NOT NULL DEFAULT 'it''s\nstrftime 13\r' CHECK (length(\"a\") <= 9)", false},
		{"TEXT NOT NULL DEFAULT 'a'", "TEXT NOT NULL DEFAULT 'a'", false},
		{"TEXT", "TEXT", false},
	} {
		if got, isNow := definition(c.text).constant(now); string(got) != c.want || isNow != c.isNow {
			t.Errorf("%s\n  is %q, %v", c.text, got, isNow)
		}
	}
}
