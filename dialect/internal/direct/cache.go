package direct

import (
	"container/list"
	"database/sql/driver"
)

// A cache holds the prepared statements of a connection by their text. The one
// that was not used for longest makes room.
type cache struct {
	keep   int // how many at most
	byText map[string]*list.Element
	recent list.List // of *prepared, the last used in front
}

// A prepared is a statement that the driver has prepared.
type prepared struct {
	text string
	stmt driver.Stmt
	busy bool // its rows are being read
}

// get returns the statement with that text, if it is kept and free.
func (c *cache) get(text string) *prepared {
	e := c.byText[text]
	if e == nil {
		return nil
	}
	c.recent.MoveToFront(e)
	if p := e.Value.(*prepared); !p.busy {
		return p
	}
	return nil
}

// add keeps a statement.
func (c *cache) add(p *prepared) {
	if c.byText == nil {
		c.byText = make(map[string]*list.Element)
	}
	if e := c.byText[p.text]; e != nil {
		return // busy, so p lives for one use
	}
	c.byText[p.text] = c.recent.PushFront(p)
	if oldest := c.recent.Back(); c.recent.Len() > c.keep && !oldest.Value.(*prepared).busy {
		c.remove(oldest)
	}
}

// drop closes a statement after use if it is not kept, or must not be.
func (c *cache) drop(p *prepared, failed bool) {
	e := c.byText[p.text]
	switch {
	case e == nil || e.Value != p:
		_ = p.stmt.Close()
	case failed:
		c.remove(e)
	}
}

func (c *cache) remove(e *list.Element) {
	p := c.recent.Remove(e).(*prepared)
	delete(c.byText, p.text)
	_ = p.stmt.Close()
}

// clear closes every statement.
func (c *cache) clear() {
	for c.recent.Len() > 0 {
		c.remove(c.recent.Back())
	}
}
