package runtime

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/criteria"
)

// A keyList is the ids of the rows that a long walk or loop has yet to visit, in
// its order. To ask for the rows behind the last one, a batch at a time, would
// have the database sort all of the rest for each batch, unless an index happens
// to have that order.
//
// They are read with one statement, and kept where neither memory grows with
// the rows (M6) nor the database needs to be asked for room, which many a user
// has no right to: in memory as far as that is little, and then in a file of
// the process's own. Where there can be no file, they stay in memory.
type keyList struct {
	table *dialect.Table
	buf   []byte   // what is not in the file, behind what is
	file  *os.File // nil: there is none
	fails error    // why the file could not be written

	reader *bufio.Reader // of what was listed; nil until the first is asked for
}

// keysHeld is how many bytes of ids are held in memory: some 30,000 ids.
const keysHeld = 1 << 20

// list lists the ids of the rows of a query. close must be called.
func (s Handle) list(ctx context.Context, t *dialect.Table, q criteria.Query) (*keyList, error) {
	b := newBuilder(s.DB, t, "SELECT ")
	b.Ident(t.ID)
	b.Text(" FROM ")
	b.Ident(t.Name)
	b.writeWhere(q.Where)
	b.writeOrder(t, q.OrderBy)
	b.writeLimit(q.Limit, q.Offset)
	return s.listBuilt(ctx, t, b)
}

// listBuilt is list for a statement that selects ids of t.
func (s Handle) listBuilt(ctx context.Context, t *dialect.Table, b *Builder) (*keyList, error) {
	k := &keyList{table: t}
	_, err := s.queryBuilt(ctx, t, b, false, func(r dialect.Row) error {
		id, err := scanID(t, r)
		if err == nil {
			err = k.add(id)
		}
		return err
	})
	if k.fails != nil {
		err = fmt.Errorf("%s: cannot keep the ids of the rows that are left: %w", t.Key, k.fails)
	}
	return k, err
}

// add takes an id. One that is null is that of no row which could be found by it.
func (k *keyList) add(id any) error {
	switch id := id.(type) {
	case int64:
		k.buf = binary.AppendVarint(k.buf, id)
	case string:
		k.buf = append(binary.AppendUvarint(k.buf, uint64(len(id))), id...)
	}
	if len(k.buf) < keysHeld {
		return nil
	}
	k.fails = k.spill()
	return k.fails
}

// spill moves what is in memory to the file.
func (k *keyList) spill() error {
	if k.file == nil {
		file, err := os.CreateTemp("", "authgen-keys-*")
		if err != nil {
			return nil // there is no place for one
		}
		k.file = file
		_ = os.Remove(file.Name()) // so that nothing is left if the process is killed; not every system can yet
	}
	_, err := k.file.Write(k.buf)
	k.buf = k.buf[:0]
	return err
}

// next returns the next ids, at most a batch of them, and none at the end.
func (k *keyList) next() ([]any, error) {
	if k.reader == nil {
		if err := k.rewind(); err != nil {
			return nil, err
		}
	}
	ids := make([]any, 0, batchSize)
	for len(ids) < batchSize {
		id, err := k.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: cannot read the ids of the rows that are left: %w", k.table.Key, err)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// rewind goes to the first id.
func (k *keyList) rewind() error {
	held := bytes.NewReader(k.buf)
	if k.file == nil {
		k.reader = bufio.NewReader(held)
		return nil
	}
	k.reader = bufio.NewReaderSize(io.MultiReader(k.file, held), 1<<16)
	_, err := k.file.Seek(0, io.SeekStart)
	return err
}

// read returns the next id; its error is io.EOF at the end.
func (k *keyList) read() (any, error) {
	if k.table.Serial {
		return binary.ReadVarint(k.reader)
	}
	n, err := binary.ReadUvarint(k.reader)
	if err != nil {
		return nil, err
	}
	id := make([]byte, n)
	if _, err := io.ReadFull(k.reader, id); err != nil {
		return nil, io.ErrUnexpectedEOF // an id in two halves is no end
	}
	return string(id), nil
}

// close gives the file back.
func (k *keyList) close() error {
	k.buf, k.reader = nil, nil
	if k.file == nil {
		return nil
	}
	err := k.file.Close()
	if gone := os.Remove(k.file.Name()); !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	k.file = nil
	return err
}
