package webhook_test

import (
	"testing"
	"time"

	"github.com/authgen/authgen/webhook"
)

// TestSchedule holds the waits without jitter, and that all attempts together
// take days.
func TestSchedule(t *testing.T) {
	want := []time.Duration{
		5 * time.Second, 20 * time.Second, 80 * time.Second, 320 * time.Second, 1280 * time.Second,
		5120 * time.Second, 20480 * time.Second, 10 * time.Hour, 10 * time.Hour,
	}
	for i, w := range want {
		if got := webhook.Wait(i+1, 0.5); got != w {
			t.Errorf("after attempt %d: %v, want %v", i+1, got, w)
		}
	}
	var all time.Duration
	for attempt := 1; attempt < webhook.DefaultMaxAttempts; attempt++ {
		all += webhook.Wait(attempt, 0.5)
	}
	if all < 72*time.Hour || all > 84*time.Hour {
		t.Errorf("the attempts of an endpoint by default take %v", all)
	}
}

func TestJitter(t *testing.T) {
	const almost = 1 - 1e-9
	for attempt := 1; attempt <= 20; attempt++ {
		middle := webhook.Wait(attempt, 0.5)
		if low := webhook.Wait(attempt, 0); low != middle*4/5 {
			t.Errorf("attempt %d: at least %v of %v", attempt, low, middle)
		}
		if high := webhook.Wait(attempt, almost); high <= middle || high > middle*6/5 {
			t.Errorf("attempt %d: at most %v of %v", attempt, high, middle)
		}
	}
	for _, odd := range []int{-1, 0, 1 << 40} {
		if w := webhook.Wait(odd, 0.5); w < 5*time.Second || w > 10*time.Hour {
			t.Errorf("attempt %d: %v", odd, w)
		}
	}
}
