package webhook

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/runtime"
)

// An SQLStore is a [Store] in two tables of the receiver's database,
// authgen_received and authgen_received_document. It is safe for concurrent use,
// by any number of processes.
//
// An event is a [Duplicate] if one of its id was handled before. It is [Stale] if
//
//   - a newer event of the same type was handled, of the same document: its
//     payload says what the older one would say, and more lately; or
//   - the document was deleted after it; or
//   - it tells of a deletion, and a newer event of the document was handled: the
//     document has been created again.
//
// An event is newer if its sequence number is larger. The type is part of the rule because
// events of other types say other things: if user.updated arrives before a
// user.email_changed of the same write or an earlier one, a program that acts on changed
// addresses still needs the second. A program that keeps a copy of a document from events
// of several types asks [Superseded], or lets the sender keep the order:
// [Endpoint.Ordered].
//
// The sequence numbers are those of one sender. Two senders of events of the same tables
// need a store each, in databases or schemas of their own. If the sender's database was
// restored to an earlier state, it counts from there again: then empty
// authgen_received_document.
type SQLStore struct {
	db        *sql.DB
	kind      dialect.Kind
	texts     texts
	options   *sql.TxOptions
	exclusive chan struct{} // holds a token while an event is handled; nil where the database sees to it
}

// NewSQLStore returns the store in db. It works with every driver of the
// dialect. On SQLite db wants a busy timeout, as other parts of the program
// write too.
func NewSQLStore(db *sql.DB, kind dialect.Kind) *SQLStore {
	words := kind.Words()
	s := &SQLStore{db: db, kind: kind, texts: textsFor(words)}
	if words.OneWriter() {
		s.exclusive = make(chan struct{}, 1)
	} else {
		// Each statement must see what the transaction that it waited for wrote.
		s.options = &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	}
	return s
}

// CreateTables creates the tables of the store that do not exist yet. A program
// that must not do so runs the statements of [SQLStore.Tables] by other means.
func (s *SQLStore) CreateTables(ctx context.Context) error {
	for _, statement := range s.Tables() {
		_, err := s.db.ExecContext(ctx, statement)
		if err != nil {
			// Of two processes that create a table at once, Postgres has one fail,
			// which then finds the table of the other.
			_, err = s.db.ExecContext(ctx, statement)
		}
		if err != nil {
			return fmt.Errorf("webhook: cannot create the tables: %w", err)
		}
	}
	return nil
}

// Tables returns the statements that create the tables of the store.
func (s *SQLStore) Tables() []string {
	script, _ := tables.ReadFile("tables/" + s.kind.String() + ".sql") // there is one for each dialect
	return runtime.Statements(string(script))
}

// Receive is described by [Store]. What handle writes it must write through
// [TxFrom]: on SQLite another write waits for the end of the transaction, and so
// for itself.
func (s *SQLStore) Receive(ctx context.Context, event Event, handle func(context.Context) error) (Receipt, error) {
	tx, end, err := s.begin(ctx)
	if err != nil {
		return "", fmt.Errorf("webhook: the store has no transaction: %w", err)
	}
	defer end()
	k, outcome, err := s.record(ctx, tx, event)
	if err != nil {
		return "", fmt.Errorf("webhook: the store failed: %w", err)
	}
	if outcome == Done {
		r := receiving{tx: tx, superseded: k.newest() > event.Sequence}
		if err := handle(context.WithValue(ctx, receivingKey{}, r)); err != nil {
			return "", err
		}
		if err := s.stillOpen(ctx, tx, event); err != nil {
			return "", err
		}
	}
	if err := tx.Commit(); err != nil {
		return "", fmt.Errorf("webhook: the store cannot commit: %w", err)
	}
	return outcome, nil
}

// begin begins a transaction, when it is its turn. end rolls it back, unless it was
// committed.
func (s *SQLStore) begin(ctx context.Context) (tx *sql.Tx, end func(), err error) {
	leave := func() {}
	if s.exclusive != nil {
		select {
		case s.exclusive <- struct{}{}:
			leave = func() { <-s.exclusive }
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
	tx, err = s.db.BeginTx(ctx, s.options)
	if err != nil {
		leave()
		return nil, nil, err
	}
	return tx, func() {
		_ = tx.Rollback() // nothing, after Commit
		leave()
	}, nil
}

// stillOpen returns an error if the database has ended the transaction, as MySQL
// does with one that it found in a deadlock, and the function has passed over the
// error that told it. A commit would succeed there, with nothing to commit.
func (s *SQLStore) stillOpen(ctx context.Context, tx *sql.Tx, e Event) error {
	var there int
	switch err := tx.QueryRowContext(ctx, s.texts.findEvent, e.ID).Scan(&there); {
	case errors.Is(err, sql.ErrNoRows):
		return errors.New("webhook: the transaction has ended while the event was handled: return the errors of its statements, and leave its end to the store")
	case err != nil:
		return fmt.Errorf("webhook: the transaction cannot be committed: %w", err)
	}
	return nil
}

// record judges an event and, if it is to be handled, writes down that it is.
func (s *SQLStore) record(ctx context.Context, tx *sql.Tx, e Event) (known, Receipt, error) {
	e.DocumentID = documentKey(e.DocumentID)
	// The transaction that has locked the document's own row handles events of it, one at
	// a time. As an event comes with the same document each time, its id is locked too.
	if _, err := tx.ExecContext(ctx, s.texts.lockDocument, e.Table, e.DocumentID); err != nil {
		return nil, "", err
	}
	now := time.Now().UnixMilli()
	first, err := affects(tx.ExecContext(ctx, s.texts.addEvent, e.ID, now))
	if err != nil || !first {
		return nil, Duplicate, err
	}
	k, err := s.known(ctx, tx, e)
	if err != nil {
		return nil, "", err
	}
	outcome := k.judge(e)
	if outcome != Done {
		return k, outcome, nil
	}
	kind := e.Type
	if e.Operation == "delete" { // nothing older passes, of whatever type
		kind = documentRow
		if _, err := tx.ExecContext(ctx, s.texts.dropTypes, e.Table, e.DocumentID); err != nil {
			return nil, "", err
		}
	}
	_, err = tx.ExecContext(ctx, s.texts.setSequence, e.Table, e.DocumentID, kind, e.Sequence, now)
	return k, Done, err
}

// known returns what is known of the document of an event.
func (s *SQLStore) known(ctx context.Context, tx *sql.Tx, e Event) (known, error) {
	k := known{}
	err := each(ctx, tx, func(rows *sql.Rows) error {
		var kind string
		var sequence int64
		err := rows.Scan(&kind, &sequence)
		k[kind] = sequence
		return err
	}, s.texts.sequences, e.Table, e.DocumentID)
	return k, err
}

// affects reports whether a statement affected a row.
func affects(result sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}
