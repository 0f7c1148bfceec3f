package receivers

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// A mood is how a flapping receiver treats one delivery.
type mood int

const (
	works     mood = iota
	slow           // it takes its time, and works
	fails          // 500, and the event is not handled
	closes         // no answer, and the event is not handled
	hangs          // no answer before the timeout, and the event is not handled
	undoes         // the event is handled, and then all of that undone
	loses          // the event is handled, but there is no answer
	denies         // the event is handled, but the answer is 500
	dawdles        // the event is handled, but the answer comes after the timeout
	breaksOff      // the event is handled, and the answer breaks off in its body
	moods
)

// A flapping receiver is up for a while and down for a while, at random. While it is up, one
// delivery in twenty fails. While it is down, all fail, in one way or in several.
type flapping struct {
	clock *clock
	next  http.Handler

	mu    sync.Mutex
	rand  *rand.Rand
	up    bool
	how   mood      // it is down; moods: in all ways
	left  int       // deliveries until it is the other way
	until time.Time // when it is so at the latest
	count [moods]int
}

func newFlapping(seed uint64, c *clock, next http.Handler) *flapping {
	return &flapping{clock: c, next: next, rand: rand.New(rand.NewPCG(seed, 1))}
}

// mood returns how the next delivery is treated.
func (f *flapping) mood() mood {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left--; f.left < 0 || f.clock.now().After(f.until) {
		f.turn()
	}
	m := works
	switch {
	case !f.up && f.how < moods:
		m = f.how
	case !f.up || f.rand.IntN(20) == 0:
		m = 1 + mood(f.rand.IntN(int(moods)-1))
	}
	if (m == hangs || m == dawdles) && f.rand.IntN(3) > 0 { // these cost the test time
		m = closes
	}
	f.count[m]++
	return m
}

// turn makes it up or down.
func (f *flapping) turn() {
	f.up = !f.up
	f.left = 20 + f.rand.IntN(200)
	f.until = f.clock.now().Add(time.Minute)
	if !f.up {
		f.left /= 4
		f.how = []mood{fails, closes, hangs, moods, moods}[f.rand.IntN(5)]
	}
}

// undoing is the key by which the context of a handler tells it to fail, having
// done its work.
type undoing struct{}

// ServeHTTP treats a delivery in the mood of the moment.
func (f *flapping) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch m := f.mood(); m {
	case works:
		f.next.ServeHTTP(w, r)
	case slow:
		time.Sleep(2 * time.Millisecond)
		f.next.ServeHTTP(w, r)
	case undoes:
		f.next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), undoing{}, true)))
	case loses, denies, dawdles, breaksOff:
		f.next.ServeHTTP(httptest.NewRecorder(), r)
		misbehave(w, r, m)
	default:
		_, _ = io.Copy(io.Discard, r.Body)
		misbehave(w, r, m)
	}
}

// misbehave answers as the mood is.
func misbehave(w http.ResponseWriter, r *http.Request, m mood) {
	switch m {
	case fails, denies:
		w.WriteHeader(http.StatusInternalServerError)
	case hangs, dawdles:
		<-r.Context().Done()
	case breaksOff:
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte("half of it"))
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	default:
		panic(http.ErrAbortHandler) // the server closes the connection
	}
}
