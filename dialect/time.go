package dialect

import (
	"errors"
	"fmt"
	"time"

	"github.com/authgen/authgen"
)

// Millis returns t in UTC, cut to milliseconds, which is what every database
// stores (C1).
func Millis(t time.Time) time.Time {
	return t.UTC().Truncate(time.Millisecond)
}

// MillisOf returns what Millis does for a time that may be null.
func MillisOf(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	m := Millis(*t)
	return &m
}

// A Time reads a column of times into the time.Time it is converted from.
type Time time.Time

// Scan is called by database/sql. It takes a time, or text of [authgen.TimeLayout] where
// the database has no type for times. Other text does not compare with that, so it
// is no time here (W11).
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

// Scan is called by database/sql, and takes what [Time] does.
func (n NullTime) Scan(src any) error { return scanNull(n.To, src, timeOf) }

// An Instant is a time on its way from and to a column of integer milliseconds,
// where the dialect stores such as integers.
type Instant time.Time

// Scan is called by database/sql. It takes a time, or the milliseconds since 1970
// where the database has no type for times.
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

// Scan is called by database/sql, and takes what [Instant] does.
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
		// Parse takes a comma, and a figure for two, as well.
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

// A Micros is a time to compare with a column of microseconds, not to be cut.
type Micros time.Time
