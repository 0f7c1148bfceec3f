package direct

import (
	"database/sql/driver"
	"fmt"
	"testing"
)

// A kept is a statement that says whether it is closed.
type kept struct {
	driver.Stmt
	closed bool
}

func (k *kept) Close() error { k.closed = true; return nil }

func TestCacheClosesWhatWasNotUsedForLongest(t *testing.T) {
	c := cache{keep: 3}
	stmts := make([]*kept, 5)
	for i := range stmts {
		stmts[i] = &kept{}
		c.add(&prepared{text: fmt.Sprint(i), stmt: stmts[i]})
		if c.get("0") == nil {
			t.Fatal("the one used last is gone")
		}
	}
	for i, want := range []bool{false, true, true, false, false} {
		if stmts[i].closed != want {
			t.Errorf("statement %d is closed: %v", i, stmts[i].closed)
		}
	}
	c.clear()
	for i, s := range stmts {
		if !s.closed {
			t.Errorf("statement %d is left open", i)
		}
	}
}

func TestCacheLendsAStatementOnce(t *testing.T) {
	c := cache{keep: 3}
	first, second := &kept{}, &kept{}
	p := &prepared{text: "a", stmt: first}
	c.add(p)
	p.busy = true
	if c.get("a") != nil {
		t.Error("a statement whose rows are read was lent")
	}
	q := &prepared{text: "a", stmt: second}
	c.add(q)
	c.drop(q, false)
	if !second.closed || first.closed {
		t.Error("the wrong one was closed")
	}
	p.busy = false
	c.drop(p, true)
	if !first.closed || c.get("a") != nil {
		t.Error("a statement that failed is kept")
	}
}
