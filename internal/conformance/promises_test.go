package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// promises makes the calls that settings could break, and returns an error if
// one of them did not do what it says.
func promises(ctx context.Context, db *auth.DB) error {
	if _, err := db.User.DeleteMany(ctx, auth.All[auth.User]()); err != nil {
		return err
	}
	if _, err := db.Counter.DeleteMany(ctx, auth.All[auth.Counter]()); err != nil {
		return err
	}
	if _, err := db.Session.DeleteMany(ctx, auth.All[auth.Session]()); err != nil {
		return err
	}
	if _, err := db.Sample.DeleteMany(ctx, auth.All[auth.Sample]()); err != nil {
		return err
	}
	if _, err := db.Desk.DeleteMany(ctx, auth.All[auth.Desk]()); err != nil {
		return err
	}
	var ids []auth.UserID
	for _, name := range []string{"", `a\b`, "c'd", "é  "} {
		u, err := db.User.Create(ctx, auth.UserCreate{Name: name, Email: name + "@example.com"})
		if err != nil {
			return fmt.Errorf("create %q: %v", name, err)
		}
		ids = append(ids, u.ID)
		if got, err := db.User.Get(ctx, u.ID); err != nil || got.Name != name || !got.CreatedAt.Equal(u.CreatedAt) {
			return fmt.Errorf("%q at %v was stored as %q at %v: %v", name, u.CreatedAt, got.Name, got.CreatedAt, err)
		}
	}
	return errors.Join(reads(ctx, db, ids), refusals(ctx, db), undone(ctx, db), values(ctx, db), writes(ctx, db, ids))
}

func reads(ctx context.Context, db *auth.DB, ids []auth.UserID) error {
	found, err := db.User.Find(ctx, auth.UserQuery{Where: auth.UserCols.ID.In(ids...)})
	if err != nil || len(found) != len(ids) {
		return fmt.Errorf("Find gave %d rows of %d: %v", len(found), len(ids), err)
	}
	none, err := db.User.Count(ctx, auth.Not(auth.UserCols.Name.NotIn("", `a\b`)))
	if err != nil || none != 2 {
		return fmt.Errorf("Not matches %d rows, not 2: %v", none, err)
	}
	if _, err := db.Counter.Create(ctx, auth.CounterCreate{Label: "one"}); err != nil {
		return err
	}
	empty, err := db.Counter.Count(ctx, auth.CounterCols.Total.IsNull())
	if err != nil || empty != 1 {
		return fmt.Errorf("IsNull matches %d rows, not 1: %v", empty, err)
	}
	return sorts(ctx, db)
}

// sorts reads texts in an order that the last of their characters decides.
func sorts(ctx context.Context, db *auth.DB) error {
	for id, last := range map[auth.SampleID]string{"1": "c", "2": "b", "3": "a"} {
		if _, err := db.Sample.Create(ctx, auth.SampleCreate{ID: auth.Set(id), Long: new(strings.Repeat("h", 16_383) + last)}); err != nil {
			return err
		}
	}
	sorted, err := db.Sample.Find(ctx, auth.SampleQuery{OrderBy: auth.SampleOrder{auth.SampleCols.Long.Asc()}})
	if err != nil || len(sorted) != 3 || sorted[0].ID != "3" || sorted[1].ID != "2" {
		return fmt.Errorf("of long texts, Find gives %d in another order: %v", len(sorted), err)
	}
	return nil
}

// refusals are calls that the database has to refuse.
func refusals(ctx context.Context, db *auth.DB) error {
	_, err := db.Session.Create(ctx, auth.SessionCreate{Token: auth.NewSecret("t"), UserID: "nobody", ExpiresAt: time.Now()})
	if !errors.Is(err, auth.ErrForeignKey) {
		return fmt.Errorf("a reference to nothing: %v", err)
	}
	_, err = db.User.Create(ctx, auth.UserCreate{Name: "again", Email: "@example.com"})
	if unique := (*auth.UniqueError)(nil); !errors.As(err, &unique) || unique.Fields[0] != "email" {
		return fmt.Errorf("the same email again: %v", err)
	}
	err = db.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
		table := "`user`"
		if db.Outbox().Kind() == dialect.Postgres {
			table = `"user"`
		}
		_, err := tx.SQL().ExecContext(ctx, "UPDATE "+table+" SET role = 'nobody'")
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "CHECK") {
		return fmt.Errorf("a value that a CHECK refuses: %v", err)
	}
	return nil
}

// undone runs a unit that fails, so that nothing of it may be stored, and one that succeeds.
func undone(ctx context.Context, db *auth.DB) error {
	end := errors.New("the end")
	err := db.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
		for _, name := range []string{"one", "two"} {
			if _, err := tx.Desk.Create(ctx, auth.DeskCreate{Name: name}); err != nil {
				return err
			}
		}
		return end
	})
	if !errors.Is(err, end) {
		return err
	}
	if n, err := db.Desk.Count(ctx, auth.All[auth.Desk]()); err != nil || n != 0 {
		return fmt.Errorf("of a unit that failed %d rows are left: %v", n, err)
	}
	_, err = db.Desk.Create(ctx, auth.DeskCreate{Name: "stays"})
	return err
}

// values are of every type, and are read as they were written.
func values(ctx context.Context, db *auth.DB) error {
	weight, seen := 0.30000000000000004, time.Date(2026, 3, 4, 22, 6, 7, 8e6, time.UTC)
	created, err := db.Sample.Create(ctx, auth.SampleCreate{
		Label: new(`back\slash 'quoted'`), Size: new(-7), Big: new(int64(1<<62 + 1)), Weight: &weight, Seen: &seen, Flag: new(true),
		Raw: &[]byte{0, 1, '\\', 'x', '\'', 0xff}, Nums: &[]int{1, -2}, Words: &[]string{`\`, "NULL", ""}, Doc: new(json.RawMessage(`"\\\"é"`)),
	})
	if err != nil {
		return fmt.Errorf("a row of every type: %v", err)
	}
	cols := auth.SampleCols
	for name, where := range map[string]auth.Predicate[auth.Sample]{
		"the id":     cols.ID.Eq(created.ID),
		"text":       cols.Label.EndsWith(`\slash 'quoted'`),
		"null":       auth.And(cols.ID.Eq(created.ID), cols.Long.IsNull()),
		"a bool":     auth.And(cols.ID.Eq(created.ID), cols.Flag.Eq(true)),
		"a float":    auth.And(cols.ID.Eq(created.ID), cols.Weight.Eq(weight)),
		"a bigint":   auth.And(cols.ID.Eq(created.ID), cols.Big.In(1, 1<<62+1)),
		"a time":     auth.And(cols.ID.Eq(created.ID), cols.Seen.Eq(seen)),
		"two times":  auth.And(cols.ID.Eq(created.ID), cols.Seen.Gt(seen.Add(-time.Second)), cols.Seen.Lt(seen.Add(time.Second))),
		"of any one": auth.And(cols.ID.Eq(created.ID), cols.Seen.In(seen.Add(time.Hour), seen)),
	} {
		found, err := db.Sample.Find(ctx, auth.SampleQuery{Where: where})
		if err != nil || len(found) != 1 {
			return fmt.Errorf("by %s %d rows are found: %v", name, len(found), err)
		}
		if diff := cmp.Diff(created, found[0]); diff != "" {
			return fmt.Errorf("a row changed on its way: %s", diff)
		}
	}
	return nil
}

func writes(ctx context.Context, db *auth.DB, ids []auth.UserID) error {
	for i, id := range ids {
		token := auth.NewSecret(fmt.Sprint(i))
		if _, err := db.Session.Create(ctx, auth.SessionCreate{Token: token, UserID: id, ExpiresAt: time.Now()}); err != nil {
			return err
		}
	}
	if n, err := db.User.UpdateMany(ctx, auth.All[auth.User](), auth.UserPatch{Visits: auth.Set(7)}); err != nil || n != len(ids) {
		return fmt.Errorf("UpdateMany of %d rows: %d, %v", len(ids), n, err)
	}
	for range 2 { // the second stores what is there already
		if u, err := db.Session.UpdateMany(ctx, auth.SessionCols.UserID.Eq(ids[0]), auth.SessionPatch{Agent: auth.Set(new("a"))}); err != nil || u != 1 {
			return fmt.Errorf("UpdateMany of one row: %d, %v", u, err)
		}
	}
	if u, ok, err := db.User.IncrementOne(ctx, auth.UserCols.ID.Eq(ids[0]), auth.UserDelta{Visits: 1}, auth.UserPatch{}); err != nil || !ok || u.Visits != 8 {
		return fmt.Errorf("IncrementOne: %v, %d, %v", ok, u.Visits, err)
	}
	if err := db.User.Delete(ctx, ids[0]); err != nil {
		return err
	}
	if n, err := db.Session.Count(ctx, auth.All[auth.Session]()); err != nil || n != len(ids)-1 {
		return fmt.Errorf("%d sessions are left, %v", n, err)
	}
	if n, err := db.User.DeleteMany(ctx, auth.UserCols.Name.Ne("")); err != nil || n != len(ids)-1 {
		return fmt.Errorf("DeleteMany: %d, %v", n, err)
	}
	return nil
}
