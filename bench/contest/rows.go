package contest

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"
)

// epoch is the time of every row that was there before.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// columns are those of the tables, in the order in which rows are given.
var columns = map[string]string{
	"user":    `"id", "name", "email", "emailVerified", "image", "createdAt", "updatedAt"`,
	"session": `"id", "expiresAt", "token", "createdAt", "updatedAt", "ipAddress", "userAgent", "userId"`,
	"profile": `"id", "userId", "avatar", "bio"`,
}

// rowsPerInsert keeps statements within the limits of every database.
const rowsPerInsert = 100

// insert stores rows, without the clock running.
func (b *Base) insert(ctx context.Context, table string, rows ...[]any) error {
	for len(rows) > 0 {
		n := min(len(rows), rowsPerInsert)
		marks := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(rows[0])), ", ") + ")"
		query := fmt.Sprintf(`INSERT INTO "%s" (%s) VALUES %s`, table, columns[table],
			strings.TrimSuffix(strings.Repeat(marks+", ", n), ", "))
		var args []any
		for _, row := range rows[:n] {
			for _, v := range row {
				if t, ok := v.(time.Time); ok && b.Time != nil {
					v = b.Time(t)
				}
				args = append(args, v)
			}
		}
		if _, err := b.DB.ExecContext(ctx, b.Kind.SQL(query), args...); err != nil {
			return fmt.Errorf("rows of %s: %w", table, err)
		}
		rows = rows[n:]
	}
	return nil
}

// id returns an id that says of what it is.
func id(table string, i int) string { return fmt.Sprintf("%s-%030d", table[:1], i) }

// email returns the address of the i-th user.
func email(i int) string { return fmt.Sprintf("user%d@example.com", i) }

// image returns the address of the i-th picture.
func image(i int) string { return fmt.Sprintf("https://pictures.example.com/%d.png", i) }

// users stores n users from the i-th on.
func (b *Base) users(ctx context.Context, i, n int) error {
	var rows [][]any
	for i := range counted(i, n) {
		rows = append(rows, []any{id("user", i), fmt.Sprintf("User %d", i), email(i), true, image(0), epoch, epoch})
	}
	return b.insert(ctx, "user", rows...)
}

// profiles stores the profiles of n users from the i-th on.
func (b *Base) profiles(ctx context.Context, i, n int) error {
	var rows [][]any
	for i := range counted(i, n) {
		rows = append(rows, []any{id("profile", i), id("user", i), image(0), ""})
	}
	return b.insert(ctx, "profile", rows...)
}

// sessions stores n sessions of a user, from the i-th on.
func (b *Base) sessions(ctx context.Context, user, i, n int) error {
	var rows [][]any
	for i := range counted(i, n) {
		rows = append(rows, []any{
			id("session", i), epoch.Add(time.Duration(i%7) * time.Hour), fmt.Sprintf("token%027d", i), epoch, epoch,
			"203.0.113.7", fmt.Sprintf("Mozilla/5.0 (X11; Linux x86_64) Test/%d", i), id("user", user),
		})
	}
	return b.insert(ctx, "session", rows...)
}

// counted yields n numbers from the i-th on.
func counted(i, n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for k := range n {
			if !yield(i + k) {
				return
			}
		}
	}
}
