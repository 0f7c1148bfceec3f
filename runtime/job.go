package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// A Job is work to do once the transaction that schedules it has committed. It
// is stored as JSON, so what a handler needs are exported fields. A [Secret] among
// them is refused: JSON would lose it.
type Job interface {
	// Kind names the type of the job, the same for every value and in every
	// release: it is by what the stored job finds its handler. At most 63
	// characters.
	Kind() string
}

// A JobOption says when a job is due, and whether it may wait twice.
type JobOption func(*scheduled)

// After makes the job due that long after it was scheduled, by the adapter's
// clock. The default is at once.
func After(d time.Duration) JobOption {
	return func(j *scheduled) { j.due = j.now.Add(d) }
}

// At makes the job due at t.
func At(t time.Time) JobOption { return func(j *scheduled) { j.due = t } }

// UniqueJob makes the job one of which no second with the same kind and key waits:
// while one does, scheduling another does nothing. Cancel finds the job by its
// key. At most 255 characters.
func UniqueJob(key string) JobOption {
	return func(j *scheduled) { j.key, j.unique = key, true }
}

// A scheduled is a job on its way to the outbox.
type scheduled struct {
	id, kind, args string
	key            string
	unique         bool
	now, due       time.Time
}

// Limits of a job, in characters.
const (
	maxKind = 63
	maxKey  = 255
)

// Schedule stores a job as part of the transaction. It is handed to its handler
// when it is due, at least once, unless it is cancelled by then. A job that holds
// a [Secret] is refused with a [ValidationError].
func (tx *Tx) Schedule(ctx context.Context, job Job, options ...JobOption) error {
	if err := tx.writable(); err != nil {
		return err
	}
	now := tx.db.Now()
	j := scheduled{id: UUIDv7(), now: now, due: now}
	for _, option := range options {
		option(&j)
	}
	if err := j.name(job); err != nil {
		return err
	}
	if y := j.due.Year(); y < 1970 || y > 9999 {
		return fmt.Errorf("schedule %s: %w", j.kind, &ValidationError{Rule: "type", Why: "the job would be due outside of the years 1970 to 9999: At and After take the time at which it is to run"})
	}
	var err error
	if j.args, err = EncodeJSON(job); err != nil {
		return fmt.Errorf("schedule %s: the job cannot be written as JSON: %w", j.kind, err)
	}
	return tx.stageJob(ctx, j)
}

// name takes the kind of a job, and checks what names it.
func (j *scheduled) name(job Job) error {
	if job == nil {
		return errors.New("schedule: there is no job")
	}
	j.kind = job.Kind()
	switch {
	case !isName(j.kind, maxKind):
		return fmt.Errorf("schedule: %q cannot be the kind of a job, which is text of 1 to %d characters without a zero byte", j.kind, maxKind)
	case j.unique && !isName(j.key, maxKey):
		return fmt.Errorf("schedule %s: the key of a unique job is text of 1 to %d characters without a zero byte", j.kind, maxKey)
	}
	return nil
}

// isName reports whether every database can store the text, and find it again.
func isName(text string, most int) bool {
	return text != "" && utf8.RuneCountInString(text) <= most && utf8.ValidString(text) && !strings.Contains(text, "\x00")
}

func (tx *Tx) stageJob(ctx context.Context, j scheduled) error {
	tx.state.Lock()
	tx.writes++ // a call that fails from here on is half done (U1)
	twice := j.unique && tx.staged.waits(j.kind, j.key)
	if !twice {
		tx.staged.jobs = append(tx.staged.jobs, j)
		tx.staged.bytes += len(j.args)
	}
	full := tx.staged.full()
	tx.state.Unlock()
	if full {
		return tx.flush(ctx)
	}
	return nil
}

// waits reports whether a unique job is staged already: Postgres takes no two
// rows for one key in one statement.
func (s *staging) waits(kind, key string) bool {
	for i := range s.jobs {
		if j := &s.jobs[i]; j.unique && j.kind == kind && j.key == key {
			return true
		}
	}
	return false
}

// Cancel takes back the job of that kind and unique key, and reports whether it
// still waited: once it has been handed over, it cannot be cancelled. What is
// cancelled stays so only if the transaction commits. Of the job, only the kind
// counts.
func (tx *Tx) Cancel(ctx context.Context, job Job, key string) (bool, error) {
	if err := tx.writable(); err != nil {
		return false, err
	}
	j := scheduled{key: key, unique: true}
	if err := j.name(job); err != nil {
		return false, err
	}
	if err := tx.flush(ctx); err != nil {
		return false, err
	}
	b := newBuilder(tx.db, nil, "DELETE FROM ")
	b.Ident(jobTable)
	b.Text(" WHERE ")
	for i, term := range []struct {
		column, operator string
		value            any
	}{{"kind", " = ", j.kind}, {"unique_key", " = ", key}, {"leased_until", " <= ", tx.db.Now().UnixMilli()}} {
		if i > 0 {
			b.Text(" AND ")
		}
		b.Ident(term.column)
		b.Text(term.operator)
		b.Bind(term.value)
	}
	n, err := Session{DB: tx.db, Tx: tx}.countBuilt(ctx, nil, b)
	return n > 0, err
}

var jobColumns = []string{"id", "kind", "unique_key", "args", "due_at", "created_at"}

// writeJobs appends the rest of the statement that stores jobs. One that waits
// already is locked instead: it must not be handed over, and run, before this
// transaction has committed what it is to see.
func (b *Builder) writeJobs(jobs []scheduled) {
	b.writeRows(jobTable, jobColumns, len(jobs), func(i int) []any {
		j := &jobs[i]
		var key any
		if j.unique {
			key = j.key
		}
		return []any{j.id, j.kind, key, j.args, j.due.UnixMilli(), j.now.UnixMilli()}
	})
	if b.dialect.Kind() == MySQL {
		b.Text(" ON DUPLICATE KEY UPDATE ")
		b.Ident("kind")
		b.Text(" = VALUES(")
		b.Ident("kind")
		b.Text(")")
		return
	}
	b.Text(" ON CONFLICT (")
	b.Ident("kind")
	b.Text(", ")
	b.Ident("unique_key")
	b.Text(") DO UPDATE SET ")
	b.Ident("kind")
	b.Text(" = EXCLUDED.")
	b.Ident("kind")
}
