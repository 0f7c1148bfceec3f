package runtime

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen"
)

// A db captured by a trigger and used with another context than that of the tx
// cannot be recognised; its write must not wait for itself for ever.
func TestAWriterThatWaitsForItself(t *testing.T) {
	db := &DB{writer: make(chan struct{}, 1), patience: time.Millisecond}
	if err := db.lockWriter(context.Background()); err != nil {
		t.Fatal(err)
	}
	err := db.lockWriter(context.Background())
	if !errors.Is(err, authgen.ErrBusy) || !strings.Contains(err.Error(), "inside its own transaction") {
		t.Errorf("error: %v", err)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := db.lockWriter(ended); !errors.Is(err, context.Canceled) || !errors.Is(err, authgen.ErrBusy) {
		t.Errorf("error: %v", err)
	}
	db.unlockWriter()
	if err := db.lockWriter(context.Background()); err != nil {
		t.Error(err)
	}
}

// Nor must it wait for the connection that its own unit holds.
func TestACallThatWaitsForTheConnectionOfItsOwnUnit(t *testing.T) {
	pool := sql.OpenDB(refuser{})
	pool.SetMaxOpenConns(1)
	defer func() { _ = pool.Close() }()
	db := &DB{pool: pool, patience: time.Millisecond}
	conn, err := db.borrow(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.borrow(context.Background())
	if !errors.Is(err, authgen.ErrBusy) || !strings.Contains(err.Error(), "inside its own transaction") {
		t.Errorf("error: %v", err)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := db.borrow(ended); !errors.Is(err, context.Canceled) || !errors.Is(err, authgen.ErrBusy) {
		t.Errorf("error: %v", err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if conn, err = db.borrow(context.Background()); err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
}

// The writers of one process are served in the order in which they came.
func TestWritersQueue(t *testing.T) {
	db := &DB{writer: make(chan struct{}, 1), patience: time.Minute}
	if err := db.lockWriter(context.Background()); err != nil {
		t.Fatal(err)
	}
	order := make(chan int, 5)
	for i := range cap(order) {
		go func() {
			if err := db.lockWriter(context.Background()); err != nil {
				t.Error(err)
			}
			order <- i
			db.unlockWriter()
		}()
		time.Sleep(20 * time.Millisecond) // let it join the queue
	}
	db.unlockWriter()
	for i := range cap(order) {
		if got := <-order; got != i {
			t.Errorf("writer %d came as number %d", got, i)
		}
	}
}
