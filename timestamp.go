package authgen

import "time"

// TimeLayout is the form of times in a database that has no type for them: UTC with
// milliseconds, which sorts as text. Better Auth uses the same form.
const TimeLayout = "2006-01-02T15:04:05.000Z"

// A Timestamp is a time in an event. In JSON it is UTC, always with three digits of a
// second, so that the texts sort as the times do.
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
