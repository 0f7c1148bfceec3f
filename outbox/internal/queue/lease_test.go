package queue_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/authgen/authgen/outbox"
)

// Order holds for events that are fanned out while a claim is looking for what
// is due. A long queue of a document whose first delivery hangs makes it look
// for long.
func TestOrderedWhileClaiming(t *testing.T) {
	onEach(t, func(e *env) {
		const queue, pairs = 300, 60
		hang := make(chan struct{})
		p := &endpoints{All: []outbox.Limits{{Endpoint: "a", Ordered: true, Concurrency: 50, Timeout: time.Hour}}}
		p.Hangs = func(d outbox.Delivery) {
			if d.DocumentID == "ada" {
				<-hang
			}
		}
		e.Emit(queue, "ada")
		defer e.Delivering(p)()
		defer close(hang)
		e.Eventually("the queue is there", func() bool { return e.Queue("a").Pending == queue-1 })
		for i := range pairs {
			e.Emit(2, fmt.Sprint("eve", i))
		}
		e.Eventually("the others are delivered", func() bool { return e.Queue("a").Delivered == 2*pairs })
		last := map[string]int64{}
		for _, d := range p.Taken() {
			if d.Sequence < last[d.DocumentID] {
				e.Errorf("%s: %d after %d", d.DocumentID, d.Sequence, last[d.DocumentID])
			}
			last[d.DocumentID] = d.Sequence
		}
	})
}
