package main

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/internal/cli"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
)

// A greeting is a job.
type greeting struct {
	Name string `json:"name"`
}

func (greeting) JobType() string { return "greet" }

func TestOperate(t *testing.T) {
	onEachSystem(t, func(s *system) {
		s.open(3)
		s.cms.refuse("ticket.created", outbox.Exhausted)
		s.deliver()
		s.cms.refuse("ticket.created", 0)
		s.cms.news()

		status := s.status()
		if q := status.Queues; len(q) != 1 || q[0].Exhausted != 3 || q[0].Delivered != 1 {
			t.Fatalf("the queues are %+v", q)
		}
		code, _, stderr := s.outbox("status", "--check", "-q")
		if code != cli.ExitStale || stderr != "cms: 3 exhausted\n" {
			t.Errorf("status --check: exit code %d, %s", code, stderr)
		}

		exhausted := s.list("--state", "exhausted", "--endpoint", "cms")
		if len(exhausted.Records) != 3 || exhausted.Records[0].Status != 500 || exhausted.Records[0].Error != "answered 500" || exhausted.Next != "" {
			t.Errorf("exhausted are %+v", exhausted)
		}
		first := s.list("--state", "exhausted", "--limit", "2")
		second := s.list("--state", "exhausted", "--limit", "2", "--after", first.Next)
		if len(first.Records) != 2 || len(second.Records) != 1 || second.Records[0].ID != exhausted.Records[2].ID {
			t.Errorf("the pages are %+v and %+v", first, second)
		}
		if got := s.list("--document", string(s.tickets[1].ID), "--type", "ticket.created", "--table", "ticket"); len(got.Records) != 1 {
			t.Errorf("of one ticket there are %+v", got)
		}

		one, other := exhausted.Records[0], exhausted.Records[1]
		code, stdout, stderr := s.outbox("show", one.ID)
		if code != cli.ExitOK || !strings.Contains(stdout, "delivery "+one.ID+"\n  state      exhausted\n  type       ticket.created\n") || !strings.Contains(stdout, `      "title": "ticket `) || strings.Contains(stdout, "secret") {
			t.Errorf("show: exit code %d\n%s%s", code, stdout, stderr)
		}

		s.does("would replay 3 deliveries", "replay", "--endpoint", "cms", "--dry-run")
		s.does("would cancel 1 delivery", "cancel", other.ID, "--dry-run")
		s.does("cancelled 1 delivery", "cancel", other.ID)
		s.does("replayed 1 delivery", "replay", one.ID)
		s.does("replayed 1 delivery", "replay", "--state", "pending", "--endpoint", "cms")
		code, _, stderr = s.outbox("cancel", s.list("--state", "delivered").Records[0].ID)
		if code != cli.ExitTrouble || !strings.Contains(stderr, ": that is for what is exhausted, pending or leased, and this delivery is delivered") {
			t.Errorf("cancel of what is delivered: exit code %d, %s", code, stderr)
		}
		s.brought(one.Type + " " + one.DocumentID)
		s.does("replayed 1 delivery", "replay", "--table", "ticket")
		s.does("replayed 1 delivery", "replay", "--state", "cancelled,delivered", "--document", other.DocumentID)
		s.brought("ticket.created "+exhausted.Records[2].DocumentID, "ticket.created "+other.DocumentID)
		s.does("replayed 4 deliveries", "replay", "--state", "delivered")
		s.deliver()
		if n := len(s.cms.news()); n != 4 {
			t.Errorf("%d were delivered again", n)
		}
		s.does("replayed 0 deliveries", "replay", "--all")
	})
}

// What waits for its next attempt can be due now, what waits for an earlier event
// of its document cannot.
func TestOperatePending(t *testing.T) {
	onEachSystem(t, func(s *system) {
		s.open(2)
		s.cms.refuse("ticket.created", outbox.Retry)
		s.deliver()
		s.cms.refuse("ticket.created", 0)
		first, behind := s.tickets[0].ID, s.tickets[1].ID
		s.exec(`UPDATE "authgen_delivery" SET "blocked_until" = ? WHERE "document_id" = ?`, int64(1)<<50, string(behind))
		s.does("would replay 1 delivery", "replay", "--state", "pending", "--dry-run")
		id := s.list("--document", string(behind)).Records[0].ID
		code, _, stderr := s.outbox("replay", id)
		if code != cli.ExitTrouble || !strings.Contains(stderr, "cannot replay "+id+": it waits until an earlier event of its document is finished") {
			t.Errorf("replay of what is held: exit code %d, %s", code, stderr)
		}
		s.does("replayed 1 delivery", "replay", "--state", "pending")
		record := s.list("--document", string(first)).Records[0]
		if record.Attempts != 0 || record.Due.After(time.Now()) {
			t.Errorf("after the replay it is %+v", record)
		}
	})
}

func TestOperateDisabled(t *testing.T) {
	onEachSystem(t, func(s *system) {
		s.open(1)
		s.cms.refuse("desk.opened", outbox.DisableEndpoint)
		s.deliver()
		code, stdout, stderr := s.outbox("status", "--check", "--max-age", "0s")
		if code != cli.ExitStale || !strings.HasPrefix(stderr, "cms: disabled for ") || !strings.Contains(stdout, ": answered 500") {
			t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
		}
		pending := s.status().Queues[0].Pending
		s.cms.refuse("desk.opened", 0)
		s.does("would enable 1 endpoint: cms ("+strconv.Itoa(pending)+" pending)", "enable", "cms", "--dry-run")
		s.does("enabled 1 endpoint: cms ("+strconv.Itoa(pending)+" pending)", "enable", "--all")
		s.does("enabled 0 endpoints", "enable", "cms")
		s.deliver()
		if n := len(s.cms.news()); n < pending {
			t.Errorf("%d were delivered, want %d", n, pending)
		}
		code, _, stderr = s.outbox("status", "--check")
		if code != cli.ExitOK || stderr != "" {
			t.Errorf("exit code %d, %s", code, stderr)
		}
		code, _, stderr = s.outbox("enable", "csm")
		if code != cli.ExitTrouble || stderr != "authgenctl: no event ever went to an endpoint \"csm\" (there is cms)\n" {
			t.Errorf("exit code %d, %s", code, stderr)
		}
	})
}

func TestOperateEventsAndJobs(t *testing.T) {
	onEachSystem(t, func(s *system) {
		s.open(1)
		s.must(s.db.Tx(s.Context(), func(ctx context.Context, tx *auth.Tx) error {
			return errors.Join(tx.Schedule(ctx, greeting{"Ada"}), tx.Schedule(ctx, greeting{"Bob"}, auth.After(time.Hour), auth.UniqueKey("bob")))
		}))
		status := s.status()
		if status.Events.Waiting != 2 || status.Jobs.Due != 1 || status.Jobs.Waiting != 1 {
			t.Fatalf("the status is %+v", status)
		}
		events, jobs := s.list("--events"), s.list("--jobs")
		if len(events.Records) != 2 || events.Records[0].Type != "desk.opened" || len(jobs.Records) != 2 || jobs.Records[1].Key != "bob" || jobs.Records[0].State != admin.StateDue {
			t.Fatalf("there are %+v and %+v", events, jobs)
		}
		code, stdout, _ := s.outbox("show", jobs.Records[1].ID)
		if code != cli.ExitOK || !strings.Contains(stdout, `"name": "Bob"`) || !strings.Contains(stdout, "key        bob\n") {
			t.Errorf("exit code %d\n%s", code, stdout)
		}
		code, _, stderr := s.outbox("replay", events.Records[0].ID)
		if code != cli.ExitTrouble || !strings.Contains(stderr, "this event is waiting") {
			t.Errorf("exit code %d, %s", code, stderr)
		}
		s.does("cancelled 1 event\ncancelled 1 job", "cancel", events.Records[0].ID, jobs.Records[0].ID)
		code, stdout, stderr = s.outbox("cancel", events.Records[0].ID, events.Records[1].ID)
		if code != cli.ExitTrouble || stdout != "cancelled 1 event\n" || !strings.Contains(stderr, "has no event, job or delivery with the id") {
			t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
		}
		s.does("would cancel 1 job", "cancel", "--jobs", "--type", "greet", "--dry-run")
		s.does("cancelled 1 job", "cancel", "--jobs", "--type", "greet")
		status = s.status()
		if status.Events.Waiting != 0 || status.Jobs.Waiting+status.Jobs.Due != 0 {
			t.Errorf("the status is %+v", status)
		}
	})
}

// status returns what status --json prints.
func (s *system) status() (status admin.Status) {
	s.Helper()
	s.json(&status, "status", "--json")
	return status
}

// list returns what list --json prints.
func (s *system) list(args ...string) (l listing) {
	s.Helper()
	s.json(&l, append([]string{"list", "--json"}, args...)...)
	return l
}

func (s *system) json(to any, args ...string) {
	s.Helper()
	code, stdout, stderr := s.outbox(args...)
	if err := json.Unmarshal([]byte(stdout), to); err != nil || code != cli.ExitOK || stderr != "" {
		s.Fatalf("%v: exit code %d, %v\n%s%s", args, code, err, stdout, stderr)
	}
}
