package l1

import (
	"fmt"
	"time"
)

// asTime leaves a time to the driver.
func asTime(t time.Time) any { return t }

// asInteger makes the milliseconds of a time, where columns hold these.
func asInteger(t time.Time) any { return t.UnixMilli() }

// milliseconds is a time that is read from a column of integers.
type milliseconds time.Time

// Scan takes the value that the driver read.
func (m *milliseconds) Scan(value any) error {
	n, ok := value.(int64)
	if !ok {
		return fmt.Errorf("a time is %T", value)
	}
	*m = milliseconds(time.UnixMilli(n).UTC())
	return nil
}

// into is where a time goes that is read.
func (c *contestant) into(t *time.Time) any {
	if c.integers {
		return (*milliseconds)(t)
	}
	return t
}
