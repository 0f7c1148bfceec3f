package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// A database may change a row on its way in: by a trigger of its own, or by a
// column that keeps a value in another form. The caller, the on trigger and the
// events get what is stored (C6). Of a table which nothing alters, as its catalog
// says, that is what was sent.

// Insert stores a document, whose values are given in the order of the table's
// fields, and returns it as it is stored, with the id that the database counted.
func Insert[T any](ctx context.Context, s Session, c *Codec[T], doc T, values []any) (T, error) {
	var none T
	k := s.DB.knownOf(c.Table)
	if err := k.uncutRow(c.Table, values); err != nil {
		return none, err
	}
	if k.altersNew(c.Table, values) {
		return insertAltered(ctx, s, c, doc, values)
	}
	id, err := s.insert(ctx, c.Table, values)
	if err != nil {
		return none, err
	}
	if c.Table.Serial {
		return counted(c, doc, id), nil
	}
	return doc, nil
}

// counted returns a document with the id that the database counted, unless it has
// one. It is apart from Insert so that only here the document is moved to the heap.
func counted[T any](c *Codec[T], doc T, id int64) T {
	if c.Key(&doc) == Key(0) {
		c.SetID(&doc, id)
	}
	return doc
}

// insertAltered is Insert for a row that may be stored otherwise. Where the database
// cannot say how in the statement, the row is read in the same unit.
func insertAltered[T any](ctx context.Context, s Session, c *Codec[T], doc T, values []any) (stored T, err error) {
	if query := s.DB.knownOf(c.Table).insert; query != "" {
		n, err := s.insertReturning(ctx, c.Table, query, values, func(r dialect.Row) error { return c.Scan(&stored, r) })
		if err == nil && n == 0 {
			return readBack(ctx, s, c, doc)
		}
		return must(&stored, err, nil)
	}
	err = s.whole(ctx, false, func(ctx context.Context, s Session) error {
		id, err := s.insert(ctx, c.Table, slices.Clone(values)) // which binds them, and may run again
		if err != nil {
			return err
		}
		stored = doc
		if c.Table.Serial {
			stored = counted(c, doc, id)
		}
		stored, err = readBack(ctx, s, c, stored)
		return err
	})
	return must(&stored, err, nil)
}

// readBack reads a row that was stored, of which doc is what was sent.
func readBack[T any](ctx context.Context, s Session, c *Codec[T], doc T) (T, error) {
	stored, err := Get(ctx, s, c, c.Table.ByID, c.id(&doc))
	if errors.Is(err, authgen.ErrNotFound) {
		err = s.kept(c.Table, "stored, or gave it another id")
	}
	return stored, err
}

// AsStored returns a row that was updated, of which sent is what was sent, as it is
// stored.
func AsStored[T any](ctx context.Context, s Session, c *Codec[T], set *Assignments, sent T) (T, error) {
	if !s.DB.knownOf(c.Table).alters(set) {
		return sent, nil
	}
	return reread(ctx, s, c, sent)
}

// AllStored is AsStored for rows that were updated together, all of them with the
// same assignments, or each with its own.
func AllStored[T any](ctx context.Context, s Session, c *Codec[T], docs []T, sets ...*Assignments) (*Stored[T], error) {
	if !slices.ContainsFunc(sets, s.DB.knownOf(c.Table).alters) {
		return nil, nil
	}
	stored := newStored(c, len(docs))
	if err := stored.read(ctx, s, docs); err != nil {
		return nil, err
	}
	for i := range docs {
		if _, there := stored.docs[c.Key(&docs[i])]; !there {
			return nil, deletedByTrigger(c.Table)
		}
	}
	return stored, nil
}

// Stored are rows as they are stored. A nil Stored is of rows which nothing altered.
type Stored[T any] struct {
	codec *Codec[T]
	docs  map[string]T // by id
}

func newStored[T any](c *Codec[T], n int) *Stored[T] {
	return &Stored[T]{codec: c, docs: make(map[string]T, n)}
}

// read reads the rows with the ids of documents.
func (s *Stored[T]) read(ctx context.Context, session Session, docs []T) error {
	for batch := range slices.Chunk(docs, batchSize) {
		ids := make([]any, len(batch))
		for i := range batch {
			ids[i] = s.codec.id(&batch[i])
		}
		if err := session.Select(ctx, s.codec.Table, criteria.Query{Where: byIDs(s.codec.Table, ids)}, s.scan); err != nil {
			return err
		}
	}
	return nil
}

func (s *Stored[T]) scan(r dialect.Row) error {
	var doc T
	err := s.codec.Scan(&doc, r)
	s.docs[s.codec.Key(&doc)] = doc
	return err
}

// Of returns the row of which sent is what was sent.
func (s *Stored[T]) Of(sent T) T {
	if s == nil {
		return sent
	}
	return s.find(sent)
}

// find is apart from Of so that only here the document is moved to the heap.
func (s *Stored[T]) find(sent T) T { return s.docs[s.codec.Key(&sent)] }

// isKept reports whether a write that gave back no row may have found one, which a
// trigger of the database kept from being written. The long way finds out.
func (s Session) isKept(t *dialect.Table, written bool, err error) bool {
	return err == nil && !written && s.DB.knownOf(t).isTriggered()
}

// unwritten returns the error of a write that wrote none of the rows which a
// condition matches, if a trigger of the database kept it from that.
func (s Session) unwritten(ctx context.Context, t *dialect.Table, where criteria.Expr, from string) error {
	if !s.DB.knownOf(t).isTriggered() {
		return nil
	}
	there, err := s.Exists(ctx, t, where)
	if err == nil && there {
		err = s.kept(t, from)
	}
	return err
}

// kept returns the error of a row that the database did not write, and does not say
// why: of what a call did ahead of it, nothing may be committed (U1).
func (s Session) kept(t *dialect.Table, from string) error {
	err := fmt.Errorf("%s: a trigger of the database, or a rule, kept the row from being %s: %w", t.Key, from, authgen.ErrDeletedByTrigger)
	if s.Tx != nil {
		return s.Tx.fail(err)
	}
	return err
}
