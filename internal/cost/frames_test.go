package cost

import (
	"context"
	"fmt"
	goruntime "runtime"
	"strings"
	"testing"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect/sqlite"
	"github.com/authgen/authgen/internal/cost/auth"
)

// The most functions that stand between a program's call and what it sees of it, the call
// included: a stack that is deeper is hard to read when something goes wrong.
const (
	framesToTrigger = 7
	framesToBegin   = 12
)

// framesSince returns the functions between the caller of framesSince and the function of
// this test, from there on.
func framesSince(test string) (between []string) {
	pcs := make([]uintptr, 64)
	frames := goruntime.CallersFrames(pcs[:goruntime.Callers(3, pcs)])
	for {
		frame, more := frames.Next()
		name := frame.Function[strings.LastIndexByte(frame.Function, '/')+1:]
		if strings.HasPrefix(name, "cost."+test) || !more {
			return between
		}
		between = append([]string{name}, between...)
	}
}

// A stackTriggers notes the stack of each trigger.
type stackTriggers struct {
	auth.NoTriggers
	seen map[string][]string
}

func (s *stackTriggers) OnCreateUser(context.Context, *auth.Tx, auth.User) error {
	s.seen["OnCreateUser"] = framesSince("TestFrames")
	return nil
}

func (s *stackTriggers) OnUpdateUser(context.Context, *auth.Tx, auth.UserChange) error {
	s.seen["OnUpdateUser"] = framesSince("TestFrames")
	return nil
}

func (s *stackTriggers) OnDeleteUser(context.Context, *auth.Tx, auth.User) error {
	s.seen["OnDeleteUser"] = framesSince("TestFrames")
	return nil
}

// A stackObserver notes the stack of BEGIN of the call that runs.
type stackObserver struct {
	call string
	seen map[string][]string
}

func (o *stackObserver) Observe(ctx context.Context, s authgen.Step) (context.Context, func(error)) {
	if s.Kind == authgen.StepBegin {
		between := framesSince("TestFrames")
		o.seen[o.call] = between[:len(between)-2] // the last two tell the observer
	}
	return ctx, func(error) {}
}

func TestFrames(t *testing.T) {
	ctx := t.Context()
	tr := &stackTriggers{seen: map[string][]string{}}
	begin := &stackObserver{seen: map[string][]string{}}
	db, err := auth.Open(ctx, sqlite.Open(t.TempDir()+"/test.db"), tr, auth.WithObserver(begin))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	begin.call = "Create"
	user, err := db.User.Create(ctx, auth.UserCreate{Name: "Ada", Email: "ada@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	begin.call = "Update"
	if _, err := db.User.Update(ctx, user.ID, auth.UserPatch{Name: auth.Set("Grace")}); err != nil {
		t.Fatal(err)
	}
	begin.call = "Delete"
	if err := db.User.Delete(ctx, user.ID); err != nil {
		t.Fatal(err)
	}
	check := func(to string, between []string, most int) {
		if n := len(between); n == 0 || n > most {
			t.Errorf("%d functions stand between the call and %s, at most %d:\n%s", n, to, most, strings.Join(between, "\n"))
		}
	}
	for _, trigger := range []string{"OnCreateUser", "OnUpdateUser", "OnDeleteUser"} {
		check(trigger, tr.seen[trigger], framesToTrigger)
	}
	for call, between := range begin.seen {
		check(fmt.Sprintf("BEGIN of %s", call), between, framesToBegin)
	}
	if len(begin.seen) != 3 {
		t.Errorf("%d calls began a transaction, and not 3", len(begin.seen))
	}
}
