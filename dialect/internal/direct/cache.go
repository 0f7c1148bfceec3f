package direct

import (
	"container/list"
	"database/sql/driver"
)

// A cache has the prepared statements of a connection by their text. When it is full, it
// drops the statement that was not used for the longest time.
type cache struct {
	keep   int // how many it has at most
	byText map[string]*list.Element
	recent list.List // of *prepared, the last used one first
}

// A prepared is a statement that the driver has prepared.
type prepared struct {
	text string
	stmt driver.Stmt
	busy bool // its rows are being read
}

// get returns the statement with that text if the cache has it and it is free.
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
		return // the old one is busy, so p is for one use
	}
	c.byText[p.text] = c.recent.PushFront(p)
	if oldest := c.recent.Back(); c.recent.Len() > c.keep && !oldest.Value.(*prepared).busy {
		c.remove(oldest)
	}
}

// drop closes a statement after use if the cache does not have it, or must not keep it.
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
