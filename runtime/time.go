package runtime

import (
	"fmt"
	"time"
)

// TimeLayout is how times are stored where the database has no type for them:
// UTC, with milliseconds, in a form that sorts; Better Auth writes the same.
const TimeLayout = "2006-01-02T15:04:05.000Z"

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

// Scan is called by database/sql. It accepts what the supported drivers give
// for a time: a time.Time, text, or integer milliseconds since 1970.
func (t *Time) Scan(src any) error {
	v, err := parseTime(src)
	if err == nil {
		*t = Time(v)
	}
	return err
}

// A NullTime reads a column of times that may be null.
type NullTime struct {
	To **time.Time
}

// Scan is called by database/sql.
func (n NullTime) Scan(src any) error {
	if src == nil {
		*n.To = nil
		return nil
	}
	v, err := parseTime(src)
	if err == nil {
		*n.To = &v
	}
	return err
}

// textLayouts are the forms of text that other programs store in SQLite.
var textLayouts = [...]string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05", "2006-01-02"}

func parseTime(src any) (time.Time, error) {
	switch v := src.(type) {
	case time.Time:
		return Millis(v), nil
	case int64:
		return time.UnixMilli(v).UTC(), nil
	case float64:
		return time.UnixMilli(int64(v)).UTC(), nil
	case []byte:
		return parseTime(string(v))
	case string:
		if t, err := time.Parse(TimeLayout, v); err == nil {
			return t, nil
		}
		for _, layout := range textLayouts {
			if t, err := time.Parse(layout, v); err == nil {
				return Millis(t), nil
			}
		}
		return time.Time{}, fmt.Errorf("the stored text is not a time")
	}
	return time.Time{}, fmt.Errorf("a time is not stored as %T", src)
}
