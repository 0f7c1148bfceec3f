package nats

import "testing"

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		filter, subject string
		want            bool
	}{
		{"auth.events.>", "auth.events.>", true},
		{"auth.>", "auth.events.>", true},
		{">", "auth.events.>", true},
		{"*.events.>", "auth.events.>", true},
		{"auth.events.user", "auth.events.user", true},
		{"auth.*.user", "auth.events.user", true},
		{"auth.events.*", "auth.events.>", false},
		{"auth.events", "auth.events.>", false},
		{"auth.events.>", "auth.events", false},
		{"auth.events.user", "auth.events.>", false},
		{"auth.jobs.>", "auth.events.>", false},
		{"auth.events.user.*", "auth.events.user", false},
		{"auth.events.user", "auth.events.*", false},
	} {
		if got := covers(c.filter, c.subject); got != c.want {
			t.Errorf("%s covers %s: %v", c.filter, c.subject, got)
		}
	}
}
