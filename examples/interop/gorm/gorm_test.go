package gorm_test

import (
	"context"
	"testing"

	orm "gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/examples/interop/auth"
	"github.com/authgen/authgen/examples/interop/gorm"
	"github.com/authgen/authgen/examples/interop/internal/suite"
)

func TestGorm(t *testing.T) { test(t, false) }

// TestPrepareStmt is TestGorm with statements that gorm keeps prepared on the pool.
func TestPrepareStmt(t *testing.T) { test(t, true) }

func test(t *testing.T, prepare bool) {
	suite.Databases(t, func(t *testing.T, database dialect.Database) {
		config := &orm.Config{Logger: logger.Discard, PrepareStmt: prepare}
		db, err := gorm.Open(database.Dialect.Kind(), database.Pool, config)
		if err != nil {
			t.Fatal(err)
		}
		triggers := &gorm.Triggers{DB: db}
		suite.Run(t, database, triggers)
		suite.Joined(t, database, triggers)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) { c.run(suite.New(t, database, triggers), triggers) })
		}
	})
}

// write inserts an entry of nobody.
func write(db *orm.DB, action string) error {
	return db.Create(&gorm.Audit{UserID: "nobody", Action: action}).Error
}

var cases = []struct {
	name string
	run  func(e *suite.Env, t *gorm.Triggers)
}{
	{"a nested Transaction that succeeds is kept", func(e *suite.Env, t *gorm.Triggers) {
		_, err := welcome(e, t, nil)
		e.Must(err)
		e.Stored(1, "created", "welcomed")
	}},
	{"a nested Transaction that fails undoes its part only", func(e *suite.Env, t *gorm.Triggers) {
		_, err := welcome(e, t, gorm.ErrUnwelcome)
		e.Must(err)
		e.Stored(1, "created")
	}},
	{"a nested Transaction that fails undoes all if the trigger returns the error", func(e *suite.Env, t *gorm.Triggers) {
		_, err := welcome(e, t, suite.ErrBoom)
		e.Is(err, suite.ErrBoom)
		e.Stored(0)
	}},
	{"a nested Transaction does not handle a failed statement", func(e *suite.Env, t *gorm.Triggers) {
		e.Is(e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
			db := gorm.In(ctx, tx, t.DB)
			e.Must(write(db, "once"))
			err := db.Transaction(func(db *orm.DB) error { return write(db, "once") })
			if err == nil {
				e.Error("the entry was written twice")
			}
			if write(db, "more") == nil {
				e.Error("the transaction goes on")
			}
			return nil
		}), auth.ErrUnique)
		e.Stored(0)
	}},
	{"a nested Tx of authgen does", func(e *suite.Env, t *gorm.Triggers) {
		e.Must(e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
			e.Must(write(gorm.In(ctx, tx, t.DB), "once"))
			if err := t.RecordOnce(ctx, tx, gorm.Audit{UserID: "nobody", Action: "once"}); err != nil {
				return err
			}
			return write(gorm.In(ctx, tx, t.DB), "more")
		}))
		e.Stored(0, "once", "more")
	}},
	{"gorm neither begins nor ends the transaction", func(e *suite.Env, t *gorm.Triggers) {
		e.Is(e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
			e.Must(write(gorm.In(ctx, tx, t.DB), "once"))
			e.Is(gorm.In(ctx, tx, t.DB).Begin().Error, orm.ErrInvalidTransaction)
			if gorm.In(ctx, tx, t.DB).Commit().Error == nil || gorm.In(ctx, tx, t.DB).Rollback().Error == nil {
				e.Error("gorm ended the transaction")
			}
			return suite.ErrBoom
		}), suite.ErrBoom)
		e.Stored(0)
	}},
	{"a session that keeps statements prepared writes nothing", func(e *suite.Env, t *gorm.Triggers) {
		const insert = "INSERT INTO audit (user_id, action) VALUES (?, ?)"
		kept := orm.Session{PrepareStmt: true}
		for _, action := range []string{"never kept", "kept by the pool"} {
			err := e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
				return gorm.In(ctx, tx, t.DB).Session(&kept).Exec(insert, "nobody", action).Error
			})
			if err == nil {
				e.Error("the statement ran, in whatever transaction")
			}
			e.Stored(0)
			e.Must(t.DB.Session(&kept).Exec(insert, "nobody", "").Error)
			e.Must(t.DB.Exec("DELETE FROM audit").Error)
		}
	}},
	{"what gorm's savepoint undoes of authgen's writes stays promised", func(e *suite.Env, t *gorm.Triggers) {
		promised := 0
		e.Must(e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
			err := gorm.In(ctx, tx, t.DB).Transaction(func(*orm.DB) error {
				tx.AfterCommit(func(context.Context) error { promised++; return nil })
				if _, err := tx.User.Create(ctx, auth.UserCreate{Name: "ada", Email: "ada"}); err != nil {
					return err
				}
				return suite.ErrBoom
			})
			e.Is(err, suite.ErrBoom)
			return nil
		}))
		e.Stored(0)
		if promised != 1 {
			e.Errorf("the entry of AfterCommit ran %d times, want once: authgen does not see gorm's savepoints", promised)
		}
	}},
	{"queries read what the transaction wrote", func(e *suite.Env, t *gorm.Triggers) {
		e.Must(e.DB.Tx(e.Context(), func(ctx context.Context, tx *auth.Tx) error {
			db := gorm.In(ctx, tx, t.DB)
			e.Must(write(db, "a"))
			e.Must(write(db, "b"))
			var all []gorm.Audit
			e.Must(db.Where("user_id = ?", "nobody").Order("id").Find(&all).Error)
			if len(all) != 2 || all[0].ID == 0 || all[1].Action != "b" {
				e.Errorf("read %+v", all)
			}
			e.Must(db.Model(&all[0]).Update("action", "c").Error)
			return db.Delete(&all[1]).Error
		}))
		e.Stored(0, "c")
	}},
}

// welcome creates a user whose welcome ends with an error.
func welcome(e *suite.Env, t *gorm.Triggers, err error) (auth.User, error) {
	t.Welcome = func(auth.User) error { return err }
	defer func() { t.Welcome = nil }()
	return e.Create(e.Context(), "ada")
}
