package runtime_test

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authgen/authgen/runtime"
)

func TestIDs(t *testing.T) {
	for _, c := range []struct {
		name   string
		id     func() string
		format string
		sorts  bool
	}{
		{"NanoID", runtime.NanoID, `^[a-zA-Z0-9]{32}$`, false},
		{"UUID", runtime.UUID, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, false},
		{"UUIDv7", runtime.UUIDv7, `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, true},
		{"ULID", runtime.ULID, `^[0-7][0-9A-HJKMNP-TV-Z]{25}$`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			format := regexp.MustCompile(c.format)
			seen := map[string]bool{}
			for range 10_000 {
				id := c.id()
				if !format.MatchString(id) {
					t.Fatalf("%q does not match %s", id, c.format)
				}
				if seen[id] {
					t.Fatalf("%q came twice", id)
				}
				seen[id] = true
			}
			if c.sorts {
				early := c.id()
				time.Sleep(2 * time.Millisecond)
				if late := c.id(); early >= late {
					t.Errorf("%q does not sort before %q", early, late)
				}
			}
		})
	}
}

// Those who make them at the same time get ids that ascend for each of them, and
// that carry the time.
func TestUUIDv7Ascends(t *testing.T) {
	begun := time.Now().UnixMilli()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			last := ""
			for range 5000 {
				id := runtime.UUIDv7()
				if id <= last {
					t.Errorf("%s comes behind %s", id, last)
				}
				last = id
			}
			var millis int64
			if _, err := fmt.Sscanf(strings.ReplaceAll(last[:13], "-", ""), "%x", &millis); err != nil || millis < begun || millis > time.Now().Add(time.Second).UnixMilli() {
				t.Errorf("%s has the time %d, %v", last, millis, err)
			}
		})
	}
	wg.Wait()
}

// A text is twice as likely to start with one letter as with another if bytes
// past the alphabet are folded back into it.
func TestNanoIDIsEven(t *testing.T) {
	count := map[rune]int{}
	for range 20_000 {
		for _, r := range runtime.NanoID() {
			count[r]++
		}
	}
	mean := 20_000 * 32 / 62
	for r, n := range count {
		if n < mean*9/10 || n > mean*11/10 {
			t.Errorf("%c comes %d times, the mean is %d", r, n, mean)
		}
	}
	if len(count) != 62 || strings.ContainsFunc("-_", func(r rune) bool { return count[r] > 0 }) {
		t.Errorf("%d characters are used", len(count))
	}
}
