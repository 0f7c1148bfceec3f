package outbox_test

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
		p := &endpoints{limits: []outbox.Limits{{Endpoint: "a", Ordered: true, Concurrency: 50, Timeout: time.Hour}}}
		p.hangs = func(d outbox.Delivery) {
			if d.DocumentID == "ada" {
				<-hang
			}
		}
		e.emit(queue, "ada")
		defer e.delivering(p)()
		defer close(hang)
		e.eventually("the queue is there", func() bool { return e.queue("a").Pending == queue-1 })
		for i := range pairs {
			e.emit(2, fmt.Sprint("eve", i))
		}
		e.eventually("the others are delivered", func() bool { return e.queue("a").Delivered == 2*pairs })
		last := map[string]int64{}
		for _, d := range p.taken() {
			if d.Sequence < last[d.DocumentID] {
				e.Errorf("%s: %d after %d", d.DocumentID, d.Sequence, last[d.DocumentID])
			}
			last[d.DocumentID] = d.Sequence
		}
	})
}
