package dialect

import (
	"errors"
	"fmt"
	"time"

	"github.com/authgen/authgen"
)

// Millis returns t in UTC, cut to milliseconds, as every database stores it (C1).
func Millis(t time.Time) time.Time {
	return t.UTC().Truncate(time.Millisecond)
}

// MillisOf is Millis for a time that may be null.
func MillisOf(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	m := Millis(*t)
	return &m
}

// A Time reads a column of times. Convert a *time.Time to it.
type Time time.Time

// Scan is called by database/sql. It takes a time or, for a database without a type for
// times, text of [authgen.TimeLayout]. It refuses other text, which would not compare with
// that (W11).
func (t *Time) Scan(src any) error {
	v, err := timeOf(src)
	if err == nil {
		*t = Time(v)
	}
	return err
}

// A NullTime reads a column of times that may be null.
type NullTime struct {
	To **time.Time
}

// Scan is called by database/sql. It takes what the Scan of [Time] takes.
func (n NullTime) Scan(src any) error { return scanNull(n.To, src, timeOf) }

// An Instant reads and writes a column that stores times as integer milliseconds, on a
// dialect that does so.
type Instant time.Time

// Scan is called by database/sql. It takes a time or, for a database without a type for
// times, milliseconds since 1970.
func (t *Instant) Scan(src any) error {
	v, err := instantOf(src)
	if err == nil {
		*t = Instant(v)
	}
	return err
}

// A NullInstant reads a column of such times that may be null.
type NullInstant struct {
	To **time.Time
}

// Scan is called by database/sql. It takes what the Scan of [Instant] takes.
func (n NullInstant) Scan(src any) error { return scanNull(n.To, src, instantOf) }

func scanNull(to **time.Time, src any, of func(any) (time.Time, error)) error {
	if src == nil {
		*to = nil
		return nil
	}
	v, err := of(src)
	if err == nil {
		*to = &v
	}
	return err
}

func timeOf(src any) (time.Time, error) {
	switch v := src.(type) {
	case time.Time:
		return Millis(v), nil
	case []byte:
		return timeOf(string(v))
	case string:
		// Parse would also take a comma, and one digit in place of two.
		if t, err := time.Parse(authgen.TimeLayout, v); err == nil && len(v) == len(authgen.TimeLayout) && v[19] == '.' {
			return t, nil
		}
		return time.Time{}, errors.New("the stored text is not a time in UTC with milliseconds")
	}
	return time.Time{}, fmt.Errorf("a time is not stored as %T", src)
}

func instantOf(src any) (time.Time, error) {
	switch v := src.(type) {
	case time.Time:
		return Millis(v), nil
	case int64:
		return time.UnixMilli(v).UTC(), nil
	}
	return time.Time{}, fmt.Errorf("integer milliseconds are not stored as %T", src)
}

// A Micros is a time for a comparison with a column of microseconds. It is not cut.
type Micros time.Time
