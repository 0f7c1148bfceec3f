package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// A scheduled is a job on its way to the outbox.
type scheduled struct {
	id, jobType, args string
	authgen.Scheduling
}

// Limits of a job, in characters.
const (
	maxType = 63
	maxKey  = 255
)

// Schedule stores a job as part of the transaction. A relay hands the job to its handler
// when it is due, at least once, unless it is cancelled by then. Schedule refuses a job that
// holds an [authgen.Secret] with an [authgen.ValidationError].
func (tx *Tx) Schedule(ctx context.Context, job authgen.Job, options ...authgen.JobOption) error {
	if err := tx.writable(); err != nil {
		return err
	}
	now := tx.db.Now()
	j := scheduled{id: UUIDv7(), Scheduling: authgen.Scheduling{Now: now, Due: now}}
	for _, option := range options {
		option(&j.Scheduling)
	}
	if err := j.name(job); err != nil {
		return err
	}
	if y := j.Due.Year(); y < 1970 || y > 9999 {
		return fmt.Errorf("schedule %s: %w", j.jobType, &authgen.ValidationError{Rule: "type", Why: "the job would be due outside of the years 1970 to 9999: At and After take the time at which it is to run"})
	}
	var err error
	if j.args, err = dialect.EncodeJSON(job); err != nil {
		return fmt.Errorf("schedule %s: the job cannot be written as JSON: %w", j.jobType, err)
	}
	return tx.stageJob(ctx, j)
}

// name sets the type of a job, and checks its type and its key.
func (j *scheduled) name(job authgen.Job) error {
	if job == nil {
		return errors.New("schedule: there is no job")
	}
	j.jobType = job.JobType()
	switch {
	case !isName(j.jobType, maxType):
		return fmt.Errorf("schedule: %q cannot be the type of a job, which is text of 1 to %d characters without a zero byte", j.jobType, maxType)
	case j.Unique && !isName(j.Key, maxKey):
		return fmt.Errorf("schedule %s: the key of a unique job is text of 1 to %d characters without a zero byte", j.jobType, maxKey)
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
	twice := j.Unique && tx.staged.waits(j.jobType, j.Key)
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

// waits reports whether a unique job is staged already. Postgres refuses two rows for one
// key in one statement.
func (s *staging) waits(jobType, key string) bool {
	for i := range s.jobs {
		if j := &s.jobs[i]; j.Unique && j.jobType == jobType && j.Key == key {
			return true
		}
	}
	return false
}

// Cancel deletes the job of that type and unique key if it still waits, and reports whether
// there was one. A job that has been handed over cannot be cancelled. The job stays
// cancelled only if the transaction commits. Cancel looks only at the type of job.
func (tx *Tx) Cancel(ctx context.Context, job authgen.Job, key string) (bool, error) {
	if err := tx.writable(); err != nil {
		return false, err
	}
	j := scheduled{Scheduling: authgen.Scheduling{Key: key, Unique: true}}
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
	}{{"type", " = ", j.jobType}, {"unique_key", " = ", key}, {"leased_until", " <= ", tx.db.Now().UnixMilli()}} {
		if i > 0 {
			b.Text(" AND ")
		}
		b.Ident(term.column)
		b.Text(term.operator)
		b.Bind(term.value)
	}
	n, err := Handle{DB: tx.db, Unit: tx}.countBuilt(ctx, nil, b)
	return n > 0, err
}

var jobColumns = []string{"id", "type", "unique_key", "args", "due_at", "created_at"}

// writeJobs appends the rest of the statement that stores jobs. It locks a unique job that
// waits already, instead of storing it again. So no relay hands that job over before this
// transaction has committed what the job should see.
func (b *Builder) writeJobs(jobs []scheduled) {
	b.writeRows(jobTable, jobColumns, len(jobs), func(i int) []any {
		j := &jobs[i]
		var key any
		if j.Unique {
			key = j.Key
		}
		return []any{j.id, j.jobType, key, j.args, j.Due.UnixMilli(), j.Now.UnixMilli()}
	})
	if b.dialect.Kind() == dialect.MySQL {
		b.Text(" ON DUPLICATE KEY UPDATE ")
		b.Ident("type")
		b.Text(" = VALUES(")
		b.Ident("type")
		b.Text(")")
		return
	}
	b.Text(" ON CONFLICT (")
	b.Ident("type")
	b.Text(", ")
	b.Ident("unique_key")
	b.Text(") DO UPDATE SET ")
	b.Ident("type")
	b.Text(" = EXCLUDED.")
	b.Ident("type")
}
