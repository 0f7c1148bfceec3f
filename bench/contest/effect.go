package contest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// sameEffect returns an error that shows the first difference between what the
// runners left in their tables, or what their triggers saw. With many clients these
// see a row again when a deadlock has undone the first try.
func sameEffect(ctx context.Context, runners []*runner, began time.Time) error {
	var want []string
	for i, one := range runners {
		b := one.contestant.Common()
		got, err := effect(ctx, b, began)
		if err != nil {
			return fmt.Errorf("%s: %w", one.library, err)
		}
		if one.place.Clients == 0 {
			got = append(got, fmt.Sprintf("triggers saw %v", &b.Seen))
		}
		if i == 0 {
			want = got
		}
		if err := firstDifference(want, got); err != nil {
			return fmt.Errorf("%s has another effect than %s: %w", one.library, runners[0].library, err)
		}
	}
	return nil
}

func firstDifference(want, got []string) error {
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(got):
			return fmt.Errorf("missing: %s", want[i])
		case i >= len(want):
			return fmt.Errorf("too much: %s", got[i])
		case want[i] != got[i]:
			return fmt.Errorf("\n%s\nwant\n%s", got[i], want[i])
		}
	}
	return nil
}

// effect returns every row as a line of text that does not depend on what
// differs from run to run: an id is its length, a time of this run is "now".
func effect(ctx context.Context, b *Base, began time.Time) ([]string, error) {
	emails := map[string]string{} // by id
	users, err := b.lines(ctx, `SELECT "id", "email", "name", "emailVerified", "image", "username", "role", "createdAt", "updatedAt" FROM "user"`,
		func(v []any) string {
			emails[text(v[0])] = text(v[1])
			return fmt.Sprintf("user %s: id of %d, name %s, verified %t, image %s, username %s, role %s, created %s, updated %s",
				text(v[1]), len(text(v[0])), text(v[2]), truth(v[3]), text(v[4]), text(v[5]), text(v[6]), clock(v[7], began), clock(v[8], began))
		})
	profiles, err2 := b.lines(ctx, `SELECT "id", "userId", "avatar", "bio" FROM "profile"`, func(v []any) string {
		return fmt.Sprintf("profile of %s: id of %d, avatar %s, bio %q", emails[text(v[1])], len(text(v[0])), text(v[2]), text(v[3]))
	})
	sessions, err3 := b.lines(ctx, `SELECT "id", "token", "userId", "ipAddress", "userAgent", "expiresAt", "createdAt", "updatedAt" FROM "session"`,
		func(v []any) string {
			return fmt.Sprintf("session %s: id of %d, of %s, ip %s, agent %s, expires %s, created %s, updated %s",
				text(v[1]), len(text(v[0])), emails[text(v[2])], text(v[3]), text(v[4]), clock(v[5], time.Time{}), clock(v[6], began), clock(v[7], began))
		})
	return slices.Concat(users, profiles, sessions), errors.Join(err, err2, err3)
}

// lines returns a line for each row of a query, sorted.
func (b *Base) lines(ctx context.Context, query string, line func([]any) string) ([]string, error) {
	rows, err := b.DB.QueryContext(ctx, b.Kind.SQL(query))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		values, err := scanAny(rows)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line(values))
	}
	slices.Sort(lines)
	return lines, rows.Err()
}

func scanAny(rows *sql.Rows) ([]any, error) {
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values, dest := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		dest[i] = &values[i]
	}
	return values, rows.Scan(dest...)
}

func text(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case []byte:
		return string(v)
	}
	return fmt.Sprint(v)
}

func truth(v any) bool { return text(v) == "true" || text(v) == "1" }

// clock returns a time as text; one since began is "now". Contestants store
// times on SQLite in their own form, of which it knows three.
func clock(v any, began time.Time) string {
	t, ok := v.(time.Time)
	if milliseconds, is := v.(int64); is {
		t, ok = time.UnixMilli(milliseconds), true
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999-07:00"} {
		if parsed, err := time.Parse(layout, text(v)); !ok && err == nil {
			t, ok = parsed, true
		}
	}
	switch {
	case !ok:
		return "unknown time " + text(v)
	case !began.IsZero() && !t.Before(began):
		return "now"
	}
	return strings.TrimSuffix(t.UTC().Format(time.RFC3339Nano), "Z")
}
