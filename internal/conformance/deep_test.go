package conformance

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// lengths are those of chains: more than InnoDB follows, and than SQLite does.
var lengths = []int{17, 100, 1500}

// beyond is the length of a chain that the database of the env does not follow.
func (e *env) beyond() int { return by(e, 1100, 17, 17) }

// slowOnSQLite skips a case with -short on SQLite, which takes a second for each
// chain that is too long for it. Those that stay show that such chains go.
func (e *env) slowOnSQLite() {
	e.Helper()
	if testing.Short() && e.kind() == dialect.SQLite {
		e.Skip("-short leaves out chains of a thousand rows")
	}
}

func replyID(i int) auth.ReplyID { return auth.ReplyID(fmt.Sprintf("r%05d", i)) }

// replies stores a chain of n replies of which the first is as given.
func (e *env) replies(n int, first auth.ReplyCreate) {
	e.Helper()
	chain := make([]auth.ReplyCreate, n)
	for i := range chain {
		if i == 0 {
			chain[i] = first
		} else {
			chain[i].ParentID = new(replyID(i - 1))
		}
		chain[i].ID = auth.Set(replyID(i))
	}
	_, err := e.db.Reply.CreateMany(e.ctx, chain)
	e.must(err)
}

// posts stores a chain of n posts, the first of which is of a thread.
func (e *env) posts(n int, thread auth.ThreadID) {
	e.Helper()
	id := func(i int) auth.PostID { return auth.PostID(fmt.Sprintf("%s%05d", thread, i)) }
	chain := make([]auth.PostCreate, n)
	for i := range chain {
		chain[i].ID = auth.Set(id(i))
		if i == 0 {
			chain[i].ThreadID = &thread
		} else {
			chain[i].ParentID = new(id(i - 1))
		}
	}
	_, err := e.db.Post.CreateMany(e.ctx, chain)
	e.must(err)
}

// aReply stores one that no chain has.
func (e *env) aReply() {
	e.Helper()
	_, err := e.db.Reply.Create(e.ctx, auth.ReplyCreate{Text: "another"})
	e.must(err)
}

// quietly runs fn with quiet triggers, in a transaction that stores something else
// before it and after it.
func (e *env) quietly(fn func(context.Context, *auth.Tx) error) {
	e.Helper()
	e.must(e.amidWrites(func(ctx context.Context, tx *auth.Tx) error { return fn(ctx, tx.WithoutTriggers()) }))
}

// amidWrites runs fn in a transaction that stores something else before it and
// after it.
func (e *env) amidWrites(fn func(context.Context, *auth.Tx) error) error {
	e.Helper()
	before, err := e.db.Note.Count(e.ctx, auth.All[auth.Note]())
	e.must(err)
	err = e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
		e.must(write(ctx, tx, fmt.Sprint("before ", before)))
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return write(ctx, tx, fmt.Sprint("after ", before))
	})
	if err == nil {
		e.count("note", before+2)
	}
	return err
}

// deepDeletes delete the first of the replies.
var deepDeletes = map[string]func(*env) error{
	"Delete": func(e *env) error { return e.db.Reply.Delete(e.ctx, replyID(0)) },
	"Delete in a Tx": func(e *env) error {
		return e.amidWrites(func(ctx context.Context, tx *auth.Tx) error { return tx.Reply.Delete(ctx, replyID(0)) })
	},
	"Delete in a savepoint": func(e *env) error {
		return e.amidWrites(func(ctx context.Context, tx *auth.Tx) error {
			return tx.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error { return tx.Reply.Delete(ctx, replyID(0)) })
		})
	},
	"DeleteReturning": func(e *env) error {
		r, err := e.db.Reply.DeleteReturning(e.ctx, replyID(0))
		return isFirst(r, err)
	},
	"DeleteReturning in a Tx": func(e *env) error {
		return e.amidWrites(func(ctx context.Context, tx *auth.Tx) error {
			r, err := tx.Reply.DeleteReturning(ctx, replyID(0))
			return isFirst(r, err)
		})
	},
	"ConsumeOne": func(e *env) error {
		r, _, err := e.db.Reply.ConsumeOne(e.ctx, auth.ReplyCols.Text.Eq("first"))
		return isFirst(r, err)
	},
	"DeleteMany": func(e *env) error {
		n, err := e.db.Reply.DeleteMany(e.ctx, auth.ReplyCols.Text.Eq("first"))
		return isOne(n, err)
	},
	"DeleteMany in a Tx": func(e *env) error {
		return e.amidWrites(func(ctx context.Context, tx *auth.Tx) error {
			n, err := tx.Reply.DeleteMany(ctx, auth.ReplyCols.Text.Eq("first"))
			return isOne(n, err)
		})
	},
}

func isFirst(r auth.Reply, err error) error {
	if err == nil && (r.ID != replyID(0) || r.Text != "first") {
		return fmt.Errorf("returned %+v", r)
	}
	return err
}

func isOne(n int, err error) error {
	if err == nil && n != 1 {
		return fmt.Errorf("returned %d", n)
	}
	return err
}

var deepCases = []testCase{
	{"D3 a chain of any length goes with its first row", func(t *testing.T, e *env) {
		e.aReply()
		for _, n := range lengths {
			e.replies(n, auth.ReplyCreate{Text: "first"})
			e.must(e.db.Reply.Delete(e.ctx, replyID(0)))
			e.count("reply", 1)
		}
	}},
	{"D3 every delete takes a long chain along", func(t *testing.T, e *env) {
		e.slowOnSQLite()
		e.aReply()
		for name, remove := range deepDeletes {
			e.replies(e.beyond(), auth.ReplyCreate{Text: "first"})
			if err := remove(e); err != nil {
				t.Fatal(name, err)
			}
			e.count("reply", 1)
		}
	}},
	{"D3 a chain goes with the row that owns it, with triggers and without", func(t *testing.T, e *env) {
		e.slowOnSQLite()
		n := e.beyond()
		for _, quiet := range []bool{false, true} {
			u := e.user(fmt.Sprint(n, quiet))
			d, err := e.db.Desk.Create(e.ctx, auth.DeskCreate{Name: "d"})
			e.must(err)
			e.replies(n, auth.ReplyCreate{UserID: &u.ID})
			remove := func(ctx context.Context, tx *auth.Tx) error { return tx.User.Delete(ctx, u.ID) }
			if quiet {
				e.quietly(remove)
			} else {
				e.must(e.db.User.Delete(e.ctx, u.ID))
			}
			e.count("reply", 0)
			e.replies(n, auth.ReplyCreate{DeskID: &d.ID})
			remove = func(ctx context.Context, tx *auth.Tx) error {
				n, err := tx.Desk.DeleteMany(ctx, auth.DeskCols.ID.Eq(d.ID))
				return isOne(n, err)
			}
			if quiet {
				e.quietly(remove)
			} else {
				e.must(e.amidWrites(remove))
			}
			e.count("reply", 0)
			e.count("desk", 0)
		}
	}},
	{"D3 chains go with the rows of a batch, whose triggers fire", func(t *testing.T, e *env) {
		e.slowOnSQLite()
		n := e.beyond()
		var ids []auth.ThreadID
		for i := range 3 {
			th, err := e.db.Thread.Create(e.ctx, auth.ThreadCreate{Title: fmt.Sprint(i)})
			e.must(err)
			e.posts(n, th.ID)
			ids = append(ids, th.ID)
		}
		e.tr.Fired()
		got, err := e.db.Thread.DeleteReturning(e.ctx, ids[0])
		e.must(err)
		if got.ID != ids[0] || got.Title != "0" {
			t.Errorf("returned %+v", got)
		}
		e.fired("thread.onDelete")
		e.count("post", 2*n)
		var titles []string
		e.tr.Thread.OnDelete = func(_ context.Context, _ *auth.Tx, th auth.Thread) error {
			titles = append(titles, th.Title)
			return nil
		}
		many, err := e.db.Thread.DeleteMany(e.ctx, auth.All[auth.Thread]())
		if err != nil || many != 2 || len(titles) != 2 {
			t.Fatal(many, titles, err)
		}
		e.tr.Thread.OnDelete = nil
		e.tr.Fired()
		e.count("post", 0)
	}},
	{"D3 a chain of rows that have triggers goes quietly", func(t *testing.T, e *env) {
		n := e.beyond()
		id := func(i int) auth.NodeID { return auth.NodeID(fmt.Sprintf("n%05d", i)) }
		chain := make([]auth.NodeCreate, n)
		for i := range chain {
			chain[i] = auth.NodeCreate{ID: auth.Set(id(i)), Label: "n"}
			if i > 0 {
				chain[i].ParentID = new(id(i - 1))
			}
		}
		_, err := e.db.Node.CreateMany(e.ctx, chain)
		e.must(err)
		e.tr.Fired()
		e.quietly(func(ctx context.Context, tx *auth.Tx) error { return tx.Node.Delete(ctx, id(0)) })
		e.fired()
		e.count("node", 0)
	}},
	{"D3 a ring of rows goes with any of them", func(t *testing.T, e *env) {
		e.slowOnSQLite()
		for _, name := range []string{"Delete", "DeleteReturning in a Tx"} {
			n := e.beyond()
			e.replies(n, auth.ReplyCreate{Text: "first"})
			_, err := e.db.Reply.Update(e.ctx, replyID(0), auth.ReplyPatch{ParentID: auth.Set(new(replyID(n - 1)))})
			e.must(err)
			if err := deepDeletes[name](e); err != nil {
				t.Fatal(name, err)
			}
			e.count("reply", 0)
		}
	}},
	{"D3 a wide and deep tree goes with its root", func(t *testing.T, e *env) {
		e.replies(e.beyond(), auth.ReplyCreate{Text: "first"})
		for i := range 4 {
			branches := make([]auth.ReplyCreate, 300*i)
			for j := range branches {
				branches[j] = auth.ReplyCreate{ParentID: new(replyID(i))}
			}
			_, err := e.db.Reply.CreateMany(e.ctx, branches)
			e.must(err)
		}
		e.must(e.db.Reply.Delete(e.ctx, replyID(0)))
		e.count("reply", 0)
	}},
	{"D3 a chain through two tables goes with its first row", func(t *testing.T, e *env) {
		n := e.beyond()
		shelf, err := e.db.Shelf.Create(e.ctx, auth.ShelfCreate{})
		e.must(err)
		id := shelf.ID
		for range n/2 + 1 {
			f, err := e.db.Folder.Create(e.ctx, auth.FolderCreate{ShelfID: id})
			e.must(err)
			s, err := e.db.Shelf.Create(e.ctx, auth.ShelfCreate{FolderID: &f.ID})
			e.must(err)
			id = s.ID
		}
		e.must(e.db.Shelf.Delete(e.ctx, shelf.ID))
		e.count("shelf", 0)
		e.count("folder", 0)
	}},
	{"D3 every row of a chain may match", func(t *testing.T, e *env) {
		n := e.beyond()
		e.replies(n, auth.ReplyCreate{})
		_, err := e.db.Reply.DeleteMany(e.ctx, auth.All[auth.Reply]())
		e.must(err)
		e.count("reply", 0)
	}},
	{"D3 a chain that went comes back with the transaction", func(t *testing.T, e *env) {
		e.slowOnSQLite()
		n := e.beyond()
		e.replies(n, auth.ReplyCreate{Text: "first"})
		stop := errors.New("stop")
		e.is(e.db.Tx(e.ctx, func(ctx context.Context, tx *auth.Tx) error {
			e.must(tx.Reply.Delete(ctx, replyID(0)))
			return stop
		}), stop)
		e.count("reply", n)
		e.must(e.db.Reply.Delete(e.ctx, replyID(0)))
	}},
}
