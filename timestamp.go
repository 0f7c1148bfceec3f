package authgen

import "time"

// TimeLayout is how times are stored where the database has no type for them:
// UTC, with milliseconds, in a form that sorts; Better Auth writes the same.
const TimeLayout = "2006-01-02T15:04:05.000Z"

// A Timestamp is a time as events carry it: in JSON it is UTC with three digits
// of a second always, so that such texts sort as the times do.
type Timestamp struct{ time.Time }

// TimestampOf returns a time that may be null as a Timestamp.
func TimestampOf(t *time.Time) *Timestamp {
	if t == nil {
		return nil
	}
	return &Timestamp{*t}
}

// MarshalJSON returns the time in [TimeLayout].
func (t Timestamp) MarshalJSON() ([]byte, error) {
	text := make([]byte, 0, len(`""`)+len(TimeLayout))
	return append(t.UTC().AppendFormat(append(text, '"'), TimeLayout), '"'), nil
}
