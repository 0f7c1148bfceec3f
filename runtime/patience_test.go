package runtime

import (
	"context"
	"strings"
	"testing"
	"time"
)

// A db captured by a trigger and used with another context than that of the tx
// cannot be recognised; its write must not wait for itself for ever.
func TestAWriterThatWaitsForItself(t *testing.T) {
	db := &DB{writer: make(chan struct{}, 1), patience: time.Millisecond}
	if err := db.lockWriter(context.Background()); err != nil {
		t.Fatal(err)
	}
	err := db.lockWriter(context.Background())
	if err == nil || !strings.Contains(err.Error(), "inside its own transaction") {
		t.Errorf("error: %v", err)
	}
	db.unlockWriter()
	if err := db.lockWriter(context.Background()); err != nil {
		t.Error(err)
	}
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
