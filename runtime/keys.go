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

// A keyList holds the ids of the rows that a long walk or loop has yet to visit, in
// its order. Without it, a walk would ask for the rows behind the last one, a batch at a
// time. The database would then sort all of the rest for each batch, unless an index happens
// to have that order.
//
// One statement reads the ids. The first of them stay in memory, and the others go to a
// file of the process, so that memory does not grow with the rows (M6). They do not go to a
// temporary table, because many a user of a database has no right to make one. If no file
// can be made, the ids stay in memory.
type keyList struct {
	table *dialect.Table
	buf   []byte   // the ids that are not in the file; they come behind those in the file
	file  *os.File // nil: all ids are in memory
	fails error    // why the file could not be written

	reader *bufio.Reader // reads the ids; nil until next is called
}

// keysHeld is how many bytes of ids are held in memory: some 30,000 ids.
const keysHeld = 1 << 20

// list lists the ids of the rows of a query. The caller must call close.
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

// add adds an id. It skips null, because no row can be found by it.
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

// spill moves the ids in memory to the file.
func (k *keyList) spill() error {
	if k.file == nil {
		file, err := os.CreateTemp("", "authgen-keys-*")
		if err != nil {
			return nil // no file can be made
		}
		k.file = file
		_ = os.Remove(file.Name()) // nothing is left if the process is killed; not every system can remove an open file
	}
	_, err := k.file.Write(k.buf)
	k.buf = k.buf[:0]
	return err
}

// next returns the next ids, at most a batch of them. At the end it returns no ids.
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

// read returns the next id. Its error is io.EOF at the end.
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
		return nil, io.ErrUnexpectedEOF // the list ends in the middle of an id
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
