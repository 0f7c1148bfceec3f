package main

import (
	"strings"
	"testing"
	"time"

	"github.com/fatih/color"

	"github.com/authgen/authgen/internal/cli"
	"github.com/authgen/authgen/outbox/admin"
)

func exampleStatus() *admin.Status {
	now := time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	return &admin.Status{
		At:     now,
		Events: admin.EventStatus{Waiting: 12, Oldest: ago(3 * time.Minute)},
		Jobs:   admin.JobStatus{Waiting: 40, Due: 2, Oldest: ago(10 * time.Second)},
		Queues: []admin.QueueStatus{
			{Name: "cms", Pending: 14, Due: 3, Retrying: 2, Exhausted: 1, Delivered: 12044, Oldest: ago(2 * time.Hour), SucceededAt: ago(3 * time.Minute), FailedAt: ago(5 * time.Minute)},
			{Name: "crm\x1b[31m", Pending: 7, Oldest: ago(5 * day), DisabledAt: ago(5*day + time.Hour), Reason: "answered 410", SucceededAt: ago(6 * day)},
			{Name: "erp", Pending: 2, Retrying: 1, Oldest: ago(30 * time.Second), SucceededAt: ago(time.Minute), FailedAt: ago(9 * time.Second)},
			{Name: "search", Delivered: 3},
		},
	}
}

const wantStatus = `events  12 waiting, the oldest for 3m
jobs    2 due, 0 leased, 40 waiting for their time; the oldest was due 10s ago

ENDPOINT  PENDING  DUE  RETRYING  LEASED  EXHAUSTED  DELIVERED  OLDEST  SUCCESS  FAILURE  STATE
cms            14    3         2       0          1      12044      2h       3m       5m  1 exhausted
crm�[31m        7    0         0       0          0          -      5d       6d        -  disabled for 5d: answered 410
erp             2    0         1       0          0          -     30s       1m       9s  failing
search          0    0         0       0          0          3       -        -        -  ok
`

func TestStatusTable(t *testing.T) {
	var b strings.Builder
	if err := writeStatus(&b, exampleStatus(), cli.NewPalette(&b)); err != nil {
		t.Fatal(err)
	}
	if b.String() != wantStatus {
		t.Errorf("printed\n%swant\n%s", b.String(), wantStatus)
	}
}

// TestStatusJSON holds that a number which nobody keeps is not told as none.
func TestStatusJSON(t *testing.T) {
	for queue, want := range map[admin.QueueStatus]bool{{Name: "sink", SucceededAt: time.Unix(1, 0)}: false, {Name: "cms", Delivered: 3}: true} {
		var b strings.Builder
		if err := printJSON(&b, admin.Status{Queues: []admin.QueueStatus{queue}}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "\"delivered\"") != want {
			t.Errorf("printed %s", b.String())
		}
	}
}

// Colours come on top of the words, and move no column.
func TestStatusColours(t *testing.T) {
	var b strings.Builder
	p := cli.NewPalette(&b)
	for _, c := range []*color.Color{p.Red, p.Yellow} {
		c.EnableColor()
	}
	if err := writeStatus(&b, exampleStatus(), p); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{p.Red.Sprint("disabled for 5d: answered 410"), p.Yellow.Sprint("1 exhausted")} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("there is no %q in\n%s", want, b.String())
		}
	}
	text := strings.NewReplacer("\x1b[0m", "", "\x1b[31m", "", "\x1b[33m", "").Replace(b.String())
	if text != wantStatus {
		t.Errorf("without colours it is\n%swant\n%s", text, wantStatus)
	}
}

func TestProblems(t *testing.T) {
	for _, c := range []struct {
		maxAge time.Duration
		want   string
	}{
		{0, "cms: 1 exhausted|crm\x1b[31m: disabled for 5d: answered 410"},
		{time.Hour, "cms: 1 exhausted|cms: the oldest delivery has waited for 2h|crm\x1b[31m: disabled for 5d: answered 410|crm\x1b[31m: the oldest delivery has waited for 5d"},
		{time.Second, "events: the oldest has waited for 3m; does a relay run that fans them out?|jobs: the oldest has been due for 10s; does a relay run that has an engine?|cms: 1 exhausted|cms: the oldest delivery has waited for 2h|crm\x1b[31m: disabled for 5d: answered 410|crm\x1b[31m: the oldest delivery has waited for 5d|erp: the oldest delivery has waited for 30s"},
	} {
		if got := strings.Join(problemsOf(exampleStatus(), c.maxAge), "|"); got != c.want {
			t.Errorf("older than %v: %s\nwant %s", c.maxAge, got, c.want)
		}
	}
}

func TestAges(t *testing.T) {
	now := time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		-time.Hour: "0s", 0: "0s", 59 * time.Second: "59s", time.Minute: "1m", 59*time.Minute + 59*time.Second: "59m",
		time.Hour: "1h", 23*time.Hour + 59*time.Minute: "23h", day: "1d", 400 * day: "400d",
	} {
		if got := ageOf(now.Add(-d), now); got != want {
			t.Errorf("%v is %s, want %s", d, got, want)
		}
	}
	for text, want := range map[string]time.Duration{"90s": 90 * time.Second, "1d": day, "1d12h": 36 * time.Hour, "0s": 0, "2h30m": 150 * time.Minute} {
		var f ageFlag
		if err := f.Set(text); err != nil || time.Duration(f) != want {
			t.Errorf("%s is %v, %v", text, time.Duration(f), err)
		}
	}
	for _, text := range []string{"", "5", "-1h", "1x", "d", "-1d", "1d-1h", "99999999999d", "1h1d"} {
		var f ageFlag
		if err := f.Set(text); err == nil {
			t.Errorf("%q is %v", text, time.Duration(f))
		}
	}
}
