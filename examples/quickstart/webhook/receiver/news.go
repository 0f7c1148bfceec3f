package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/authgen/authgen/examples/quickstart/auth"
	"github.com/authgen/authgen/examples/quickstart/webhook/demo"
	"github.com/authgen/authgen/webhook"
)

// createNews creates the table of the events that the receiver got.
const createNews = `CREATE TABLE IF NOT EXISTS news (event TEXT, type TEXT, document TEXT, sequence INTEGER, text TEXT)`

// take stores and prints an event. The transaction tx also records that the event is
// handled, so each event has one row, whatever happens. If the receiver is killed right
// after the print, a line may come twice.
func take(ctx context.Context, tx *sql.Tx, out io.Writer, event webhook.Event) error {
	text, err := describe(event)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO news VALUES (?, ?, ?, ?, ?)`, event.ID, event.Type, event.DocumentID, event.Sequence, text)
	if err != nil {
		return err
	}
	if late := time.Since(event.Timestamp).Truncate(time.Second); late > 0 {
		text += fmt.Sprintf(" (%v ago)", late)
	}
	demo.Say(out, "%-20s  %s", event.Type, text)
	return nil
}

// describe says in a few words what happened.
func describe(event webhook.Event) (string, error) {
	payload, err := auth.DecodeEvent(event)
	if errors.Is(err, auth.ErrUnknownEvent) {
		return "ignored: it is newer than this program", nil
	}
	switch p := payload.(type) {
	case auth.UserCreatedEvent:
		return fmt.Sprintf("%s <%s>", p.Name, p.Email), err
	case auth.UserUpdatedEvent:
		return fmt.Sprintf("%s: %s", p.Name, strings.Join(event.Changed, ", ")), err
	case auth.OrganizationCreatedEvent:
		return p.Name, err
	}
	return event.Table + " " + event.DocumentID, err
}
